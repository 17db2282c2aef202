/** The line that says how far work is: what it says, how often, how wide, and where it is silent. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../base/progress.ts';
import { displayWidth } from '../report/text/display-width.ts';
import { createPaceMeter } from './pace.ts';
import { runProgram } from './program.ts';
import { renderProgress } from './progress-text.ts';
import { createStepLine } from './step-line.ts';

const MB = 1_000_000;

/** A terminal and a clock that a test moves by hand. */
function fakeTerminal(changes: { interactive?: boolean; width?: number; env?: Record<string, string> } = {}) {
  const written: string[] = [];
  let width = changes.width ?? 100;
  const clock = { nowMs: 0 };
  const line = createStepLine(
    {
      err: { write: (text) => void written.push(text) },
      interactive: changes.interactive ?? true,
      width: 100,
      errWidth: () => width,
      env: changes.env ?? { LANG: 'C.UTF-8' },
    },
    () => clock.nowMs,
  );
  const at = (nowMs: number, event: ProgressEvent) => {
    clock.nowMs = nowMs;
    line.show(event);
  };
  const resize = (to: number): void => {
    width = to;
  };
  return { written, at, clear: line.clear, resize };
}

const reading = (done: number): ProgressEvent => ({
  label: 'reading part3.csv',
  done: done * MB,
  total: 741 * MB,
  unit: 'bytes',
});

describe('the line of work under way', () => {
  it('says what, how much, how fast and how long it still takes', () => {
    const { written, at } = fakeTerminal();
    at(0, reading(0));
    at(1000, reading(148));
    expect(written.at(-1)).toBe(
      '\r\u001b[Kreading part3.csv  ████▊                      19 %  148 MB of 741 MB  148 MB/s  4 s left',
    );
    expect(written[0]).not.toContain('left');
  });

  it('draws at most ten times a second, and every step', () => {
    const { written, at } = fakeTerminal();
    for (let ms = 0; ms < 1000; ms++) at(ms, reading(ms / 10));
    expect(written).toHaveLength(10);
    at(1000, { label: 'train', done: 1, unit: 'steps' });
    at(1001, { label: 'score', done: 2, unit: 'steps' });
    expect(written.slice(-2)).toEqual(['\r\u001b[Ktrain …', '\r\u001b[Kscore …']);
  });

  it('draws nothing where standard error is no terminal, and takes away only what it drew', () => {
    const silent = fakeTerminal({ interactive: false });
    silent.at(0, reading(1));
    silent.clear();
    expect(silent.written).toEqual([]);
    const drawn = fakeTerminal();
    drawn.clear();
    expect(drawn.written).toEqual([]);
    drawn.at(0, reading(1));
    drawn.clear();
    expect(drawn.written.at(-1)).toBe('\r\u001b[K');
  });

  it('keeps to ASCII where the locale is not of UTF-8', () => {
    const { written, at } = fakeTerminal({ env: { LANG: 'C' } });
    at(0, reading(370.5));
    expect(written[0]).toBe(`\r\u001b[Kreading part3.csv  [###########-----------]   50 %  371 MB of 741 MB`);
  });

  it('follows a terminal that changes its width', () => {
    const terminal = fakeTerminal({ width: 120 });
    terminal.at(0, reading(0));
    terminal.resize(40);
    terminal.at(1000, reading(148));
    expect(displayWidth(terminal.written.at(-1)?.slice(4) ?? '')).toBeLessThan(40);
  });
});

describe('the text of a moment of work', () => {
  const unknown = { rate: null, secondsLeft: null };

  it('never takes more columns than there are', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 80 }),
        fc.nat({ max: 1e9 }),
        fc.option(fc.nat({ max: 1e9 }), { nil: undefined }),
        fc.constantFrom<ProgressEvent['unit']>('bytes', 'rows', 'files', 'fits', 'trees', 'steps'),
        fc.option(fc.double({ min: 1e-4, max: 1e9, noNaN: true }), { nil: null }),
        fc.integer({ min: 10, max: 160 }),
        fc.boolean(),
        (label, done, total, unit, rate, width, unicode) => {
          const event = { label, done, unit, ...(total === undefined ? {} : { total }) };
          const pace = { rate, secondsLeft: rate === null ? null : 3 };
          const line = renderProgress(event, pace, { width, unicode });
          expect(displayWidth(line)).toBeLessThanOrEqual(width);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
          expect(line).not.toMatch(/[\u0000-\u001f]/);
        },
      ),
    );
  });

  it.each([
    [90, 'fits (2 of 4)  ██████                     25 %  5 of 20 fits  2.0 s a fit  30 s left'],
    [60, 'fits (2 of 4)  ███▌             25 %  2.0 s a fit  30 s left'],
    [44, 'fits (2 of 4)  ██▊           25 %  30 s left'],
    [32, 'fits (2 of 4)  ██▌          25 %'],
    [20, 'fits (2 of 4)  25 %'],
    [10, 'fits (2 o…'],
  ])('leaves out the least important first (%i columns)', (width, expected) => {
    const event = { label: 'fits (2 of 4)', done: 5, total: 20, unit: 'fits' } as const;
    const text = renderProgress(event, { rate: 0.5, secondsLeft: 30 }, { width, unicode: true });
    expect(text).toBe(expected);
  });

  it('counts where the total is not known', () => {
    const event = { label: 'looking', done: 12_345, unit: 'rows' } as const;
    expect(renderProgress(event, unknown, { width: 80, unicode: true })).toBe('looking  12,345 rows');
    expect(renderProgress(event, { rate: 2000, secondsLeft: null }, { width: 80, unicode: true })).toBe(
      'looking  12,345 rows  2,000 rows/s',
    );
  });
});

describe('the pace of work', () => {
  it('is that of the last seconds, so that it follows a change of speed', () => {
    const paceOf = createPaceMeter();
    let pace = paceOf({ label: 'a', done: 0, total: 1000, unit: 'rows' }, 0);
    for (let second = 1; second <= 20; second++) {
      const done = second <= 10 ? second : 10 + (second - 10) * 50;
      pace = paceOf({ label: 'a', done, total: 1000, unit: 'rows' }, second * 1000);
    }
    expect(pace.rate).toBe(50);
    expect(pace.secondsLeft).toBeCloseTo((1000 - 510) / 50);
  });

  it('goes on from file to file, and begins anew with other work', () => {
    const paceOf = createPaceMeter();
    paceOf({ label: 'reading a.csv', done: 0, total: 100, unit: 'bytes' }, 0);
    expect(paceOf({ label: 'reading b.csv', done: 50, total: 100, unit: 'bytes' }, 1000).rate).toBe(50);
    expect(paceOf({ label: 'fitting', done: 60, total: 100, unit: 'trees' }, 2000).rate).toBeNull();
    expect(paceOf({ label: 'fitting', done: 5, total: 100, unit: 'trees' }, 3000).rate).toBeNull();
  });
});

describe('a command on a terminal', () => {
  it('draws no line with --json', async () => {
    const errors: string[] = [];
    await runProgram(['run', '--json', '-w', 'no-such-workspace'], {
      out: { write: () => undefined },
      err: { write: (text) => void errors.push(text) },
      width: 80,
      colour: false,
      interactive: true,
      env: {},
    });
    expect(errors.join('')).not.toContain('\u001b');
  });
});
