import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { column, exampleInput, exampleValues } from '../../../test/example-report.ts';
import { assembleReport } from '../content/assemble.ts';
import { drawableContent, drawableText, readCanDraw } from './drawable-content.ts';

const canDraw = readCanDraw();
const drawn = (text: string) => drawableText(text, canDraw);

describe('a text for the PDF', () => {
  it.each([
    ['Łukasz Żółć, Ελλάς, Киев 12 %', 'Łukasz Żółć, Ελλάς, Киев 12 %'],
    ['東京 079', '[U+6771 U+4EAC] 079'],
    ['店 😀🦊', expect.stringMatching(/^\[U\+5E97\] /)],
    ['𠮷野家', '[U+20BB7 U+91CE U+5BB6]'],
    ['株式会社日本長期信用銀行', '[U+682A U+5F0F U+4F1A U+793E … U+7528 U+9280 U+884C, 12 letters]'],
    // The fonts have these letters, but do not join them nor turn the line round.
    ['محمد', '[U+0645 U+062D U+0645 U+062F]'],
    ['אבג', '[U+05D0 U+05D1 U+05D2]'],
    ['', ''],
  ])('%j is %j', (text, expected) => {
    expect(drawn(text)).toEqual(expected);
  });

  it('holds only what can be drawn, keeps what can, and differs where short texts do', () => {
    const texts = fc.string({
      unit: fc.constantFrom('a', 'é', '東', '京', 'ไ', 'ع', '🦊', ' ', '7'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        expect([...drawn(one)].every(canDraw)).toBe(true);
        expect(drawn(drawn(one))).toBe(drawn(one));
        expect(drawn(one).replace(/\[[^\]]*\]/g, '')).toBe([...one].filter(canDraw).join(''));
        expect(drawn(one) === drawn(other)).toBe(one === other);
      }),
    );
  });
});

describe('a report for the PDF', () => {
  it('is the same object where all can be drawn', () => {
    const content = assembleReport(exampleInput());
    expect(drawableContent(content, canDraw)).toBe(content);
  });

  it('says at its head that letters were replaced, in tables and in charts', () => {
    const statistics = {
      snapshot: 's',
      rows: 900,
      columns: [column('契約期間', 'numeric', 3), column('region', 'numeric', 2)],
    };
    const diagnostics = { ...exampleValues().diagnostics, statistics, durations: [], dependencies: [] };
    const content = assembleReport(exampleInput({ diagnostics }));
    const paper = drawableContent(content, canDraw);
    expect(paper.sections[0]?.blocks[0]).toMatchObject({ text: expect.stringContaining('report.html') });
    const text = JSON.stringify(paper);
    expect(JSON.stringify(content)).toContain('契約期間');
    expect([...text].every(canDraw)).toBe(true);
    const blocks = paper.sections.flatMap((section) => section.blocks);
    const named = (kind: string) =>
      JSON.stringify(blocks.filter((block) => block.kind === kind)).includes('[U+5951 U+7D04 U+671F U+9593]');
    expect(named('table')).toBe(true);
    expect(named('figures')).toBe(true);
  });
});
