/** What is done with a text from data takes time in proportion to its length, whatever the text. */
import { describe, expect, it } from 'vitest';
import { createRedaction } from '../../src/base/redact.ts';
import { isShortenedId, normalizeId } from '../../src/core/clients/client-id.ts';
import { canonicalText } from '../../src/core/columns/canonical-text.ts';
import { isNamedAfterOutcome, nameWords } from '../../src/core/propose/column-names.ts';
import { ColumnTally } from '../../src/core/propose/column-tally.ts';
import { labelMeaning } from '../../src/core/propose/label-meaning.ts';
import { directionOf } from '../../src/core/propose/plausibility.ts';
import { nameMeaning, targetName } from '../../src/core/propose/target-name.ts';
import { parseNumberText, readNumberText } from '../../src/core/values/plain-number.ts';
import { renderRecord } from '../../src/formats/csv/header.ts';
import { isIntegerText } from '../../src/formats/csv/number-text.ts';
import { parseTimeText } from '../../src/formats/csv/time-text.ts';
import { lineOf } from '../../src/pipeline/data/quarantine.ts';
import { sentence } from '../../src/report/content/blocks.ts';

const redact = createRedaction([]);

const READERS: Record<string, (text: string) => unknown> = {
  parseNumberText,
  readNumberText,
  isIntegerText,
  parseTimeText,
  canonicalText,
  normalizeId,
  isShortenedId,
  renderRecord: (text) => renderRecord([text]),
  nameWords,
  targetName,
  nameMeaning,
  labelMeaning,
  directionOf,
  isNamedAfterOutcome,
  ColumnTally: (text) =>
    new ColumnTally(
      { missing: new Set(), parseNumber: parseNumberText, isTime: (value) => parseTimeText(value) > 0 },
      10,
      0,
    ).add(text, []),
  redact,
  sentence,
  lineOf,
};

/** Shapes that patterns with two ways to read one text, and composing, take long for. */
const PIECES = [
  '1',
  '0',
  '.',
  '1.',
  '.0',
  '-',
  'e',
  'e1',
  ' ',
  '\n',
  '\t1',
  "'",
  '"',
  '\\',
  ',',
  'a',
  'a.',
  'a:',
  'a://',
  'password ',
  'token=',
  'bearer ',
  'is',
  'customer',
  'Aa',
  '\u0301\u0316',
  '\u{1F600}',
];
const TAILS = ['', 'x', '.', 'e', '\u0301', '\n'];

const SHORT = 1 << 11;
/** How many times as long the long text is. */
const TIMES = 16;
/** What is quicker than this is not worth a comparison. */
const QUICK_MS = 6;

/** Least CPU time of three calls in milliseconds, which other programs do not add to. */
function cpuMs(work: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 3 && least > QUICK_MS; k++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

describe.each(Object.entries(READERS))('%s', (_, read) => {
  it('takes no more than in proportion to the length of a text', () => {
    for (const piece of PIECES) {
      for (const tail of TAILS) {
        const textOf = (length: number) => piece.repeat(length / piece.length) + tail;
        const long = cpuMs(() => read(textOf(SHORT * TIMES)));
        if (long <= QUICK_MS) continue;
        const short = cpuMs(() => read(textOf(SHORT)));
        expect({ piece, tail, growth: long / Math.max(short, 0.5) < 4 * TIMES }).toEqual({
          piece,
          tail,
          growth: true,
        });
      }
    }
  });
});
