/** Every reason that `init` gives for the role of a column is true of the data: counted again here, by other code. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentProgress } from '../../src/base/progress.ts';
import { createRandom } from '../../src/base/random.ts';
import { configSchema } from '../../src/config/schema.ts';
import type { ProposalWishes } from '../../src/core/propose/column-verdict.ts';
import { isMissingWord } from '../../src/core/propose/missing-words.ts';
import {
  type ColumnDecision,
  type Proposal,
  propose as proposeColumns,
} from '../../src/core/propose/proposal.ts';
import { TableTally } from '../../src/core/propose/table-tally.ts';
import { compileDateFormat } from '../../src/core/values/date-format.ts';
import { readNumberText } from '../../src/core/values/plain-number.ts';
import { isTimeText, parseTimeText } from '../../src/formats/csv/time-text.ts';
import { propose } from '../../src/steps/propose.ts';
import { ORIGINAL_FILES, originalsHere, writeOriginalFiles } from '../golden/original-files.ts';
import { hasPublicSets, PUBLIC_SETS_FOLDER, titleOfPublicSets } from '../public-sets.ts';

const MISSING = configSchema.shape.missing_values.parse(undefined);
const WISHES: ProposalWishes = {
  ...{ target: null, positive: null, id: null, time: null },
  ...{ use: [], leaveOut: [], numeric: [], categorical: [] },
};

/** Columns by name, each with its texts, white space around them taken off. */
type Table = Readonly<Record<string, readonly string[]>>;

/** One column under its reason. */
interface Case {
  readonly texts: readonly string[];
  readonly table: Table;
  readonly proposal: Omit<Proposal, 'dates'>;
  readonly decision: ColumnDecision;
}

const present = (texts: readonly string[]): string[] => texts.filter((text) => text !== '');
const distinct = (texts: readonly string[]): number => new Set(present(texts)).size;
const isMissing = (text: string): boolean => text === '' || MISSING.includes(text) || isMissingWord(text);
const numbersOf = (texts: readonly string[]): number[] =>
  texts.flatMap((text) => (Number.isNaN(readNumberText(text)) ? [] : [readNumberText(text)]));

function isNear(told: string, about: string | undefined, counted: number): void {
  if (about === undefined) expect(Number(told)).toBe(counted);
  else expect(Math.abs(Number(told) - counted)).toBeLessThanOrEqual(0.07 * counted);
}

function hasLeft({ table, proposal }: Case): boolean[] {
  const { target } = proposal.columns;
  const isSame = (text: string): boolean =>
    text === proposal.positive.value || readNumberText(text) === readNumberText(proposal.positive.value);
  return (table[target] ?? []).map(isSame);
}

/** Per cent of them that are true, as reasons say it. */
function shareOf(flags: readonly boolean[]): string {
  return ((100 * flags.filter(Boolean).length) / flags.length).toFixed(1);
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (x: readonly number[]): number => x.reduce((sum, value) => sum + value, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  const sum = (f: (k: number) => number): number => a.reduce((total, _, k) => total + f(k), 0);
  const da = (k: number): number => (a[k] as number) - ma;
  const db = (k: number): number => (b[k] as number) - mb;
  return sum((k) => da(k) * db(k)) / Math.sqrt(sum((k) => da(k) ** 2) * sum((k) => db(k) ** 2));
}

type Check = (found: RegExpExecArray, subject: Case) => void;

const ownValue: Check = (_found, { texts }) => expect(distinct(texts)).toBe(texts.length);
const counted: Check = ([, about, told = '', rows], { texts }) => {
  isNear(told, about, distinct(texts));
  expect(Number(rows)).toBe(texts.length);
};
const codes: Check = ([, about, told = ''], { texts }) => isNear(told, about, distinct(texts));

/** Each part of a reason, and what it says of the data. A reason with a part that is not here fails. */
const CHECKS: readonly (readonly [RegExp, Check])[] = [
  [
    /^named like the outcome and of two values.*$/,
    ({ input }, { proposal }) => {
      expect(input.length).toBeGreaterThan(0);
      expect(proposal.positive.rows).toBeGreaterThan(0);
    },
  ],
  [
    /^as asked(?:; .*)?$/,
    (_, { proposal, decision }) => expect([proposal.columns.target, 'use']).toContain(decision.column),
  ],
  [
    /^each row has its own(?: value, without blanks inside)?(?:: too many to learn from)?$/,
    (found, subject) => {
      ownValue(found, subject);
      if (found[0].includes('without blanks'))
        expect(subject.texts.some((text) => /\s/.test(text))).toBe(false);
    },
  ],
  [/^named like the client, and each row has its own$/, ownValue],
  [/^named like the client, (about )?(\d+) in (\d+) rows$/, counted],
  [/^(about )?(\d+) different texts in (\d+) rows(?:: too many to learn from)?$/, counted],
  [
    /^named like the client; a client has (?:about )?([\d.]+) rows on average$/,
    ([, told], { texts }) => expect(Number(told)).toBeCloseTo(present(texts).length / distinct(texts), 0),
  ],
  [
    /^no value of it comes twice at one "(.*)" in (\d+) rows compared$/,
    ([, time = '', rows], { texts, table }) => {
      const pairs = new Set(texts.map((text, k) => JSON.stringify([text, table[time]?.[k]])));
      if (Number(rows) === texts.length) expect(pairs.size).toBe(texts.length);
    },
  ],
  [
    /^a client has (?:about )?([\d.]+) rows on average$/,
    ([, told], { texts }) => expect(Number(told)).toBeCloseTo(texts.length / distinct(texts), 0),
  ],
  [
    /^it counts the rows$/,
    (_, { texts }) => {
      for (const [k, text] of texts.entries()) expect(Number(text)).toBe(Number(texts[0]) + k);
    },
  ],
  [
    /^by its name (?:it numbers the rows|it is a person, or a place to reach one|it is who looks after the client|it is known only once a client has left|it is a key, which says nothing of what it names)$/,
    ({ input }) => expect(input).toContain('by its name'),
  ],
  [
    /^by its name it is the time of the row(?:, written as (.*))?$/,
    (found, subject) => dates(found[1], subject),
  ],
  [
    /^a date(?:, written as (.*))?: `columns.derived` makes days since of it$/,
    (found, subject) => dates(found[1], subject),
  ],
  [
    /^"(.*)" has this role already$/,
    ([, other], { proposal, decision }) => {
      const roles = [proposal.columns.owner, proposal.columns.time];
      expect(roles).toContain(other);
      expect(roles).not.toContain(decision.column);
    },
  ],
  [
    /^every row has "(.*)"$/,
    ([, value], { texts }) => {
      for (const text of texts)
        expect([value, String(readNumberText(value ?? ''))]).toContain(
          text === value ? text : String(readNumberText(text)),
        );
    },
  ],
  [
    /^every row that has a value has "(.*)"$/,
    ([, value], { texts }) => {
      const others = texts.filter(
        (text) => text !== value && readNumberText(text) !== readNumberText(value ?? ''),
      );
      expect(others.length).toBeGreaterThan(0);
      expect(others.every(isMissing)).toBe(true);
    },
  ],
  [/^it is empty(?: or .*)? in every row$/, (_, { texts }) => expect(texts.every(isMissing)).toBe(true)],
  [/^(about )?(\d+) different texts$/, codes],
  [/^one text or nothing$/, (_, { texts }) => expect(distinct(texts)).toBe(1)],
  [
    /^(about )?(\d+) codes: numbers that begin with zeros$/,
    (found, subject) => {
      codes(found, subject);
      expect(subject.texts.some((text) => /^0\d+$/.test(text))).toBe(true);
    },
  ],
  [/^(about )?(\d+) codes: by its name its numbers are names$/, codes],
  [/^(about )?(\d+) codes in (\d+) rows: too many to learn from$/, counted],
  [
    /^(?:whole )?numbers$/,
    ({ input }, { texts }) => {
      const values = texts.filter((text) => !isMissing(text));
      expect(numbersOf(values).length).toBeGreaterThanOrEqual(0.99 * values.length);
      if (input.startsWith('whole')) expect(numbersOf(values).every(Number.isInteger)).toBe(true);
    },
  ],
  [/^numbers, two different ones$/, (_, { texts }) => expect(new Set(numbersOf(texts)).size).toBe(2)],
  [
    /^missing in (\d+) of (\d+) rows$/,
    ([, told, rows], { texts, decision }) => {
      const blank = decision.role === 'numeric' ? isMissing : (text: string) => text === '';
      expect([Number(told), Number(rows)]).toEqual([texts.filter(blank).length, texts.length]);
    },
  ],
  [
    /^(\d+) rows have a text that is no number$/,
    ([, told], { texts }) =>
      expect(texts.filter((text) => !isMissing(text) && Number.isNaN(readNumberText(text)))).toHaveLength(
        Number(told),
      ),
  ],
  [
    /^it goes with "(.*)", as a charge does with its minutes \(correlation (above|below) -?[\d.]+(?:, in \d+ rows compared)?\)$/,
    ([, other = '', side], { texts, table }) => {
      const both = texts.flatMap((text, k) => {
        const [a, b] = [readNumberText(text), readNumberText(table[other]?.[k] ?? '')];
        return Number.isNaN(a) || Number.isNaN(b) ? [] : [[a, b] as const];
      });
      const found = correlation(
        both.map(([a]) => a),
        both.map(([, b]) => b),
      );
      expect(side === 'above' ? found : -found).toBeGreaterThan(0.9998);
    },
  ],
  [
    /^its values go with those of "(.*)" one to one(, in \d+ rows compared)?$/,
    ([, other = '', part], { texts, table }) => {
      const pairs = new Set(texts.map((text, k) => JSON.stringify([text, table[other]?.[k]])));
      if (part === undefined)
        expect([pairs.size, pairs.size]).toEqual([new Set(texts).size, new Set(table[other]).size]);
    },
  ],
  [
    /^(?:but )?(?:all (\d+) rows|([\d.]+) % of the (\d+) rows) with "(.*)" left, ([\d.]+) % of all who left$/,
    ([, all, percent, rows, value = '', covered], subject) => {
      const left = hasLeft(subject);
      const own = subject.texts.flatMap((text, k) =>
        text.startsWith(value.replace(/\.\.\.$/, '')) ? [left[k] === true] : [],
      );
      expect(own.length).toBe(Number(all ?? rows));
      expect(shareOf(own)).toBe(all === undefined ? percent : '100.0');
      expect(((100 * own.filter(Boolean).length) / left.filter(Boolean).length).toFixed(1)).toBe(covered);
    },
  ],
  [/^\d+ more of its values are like it$/, ({ input }) => expect(input).not.toMatch(/^0 /)],
  [
    /^it is the target in other words, (nothing|".*") where the client left, (?:nothing|".*") where it stayed, in (?:all (\d+)|(\d+) of (\d+)) rows$/,
    ([, ofLeavers = '', all, same, rows], subject) => {
      const left = hasLeft(subject);
      const says = subject.texts.map((text) => (text === '' ? 'nothing' : `"${text}"`) === ofLeavers);
      expect(says.length).toBe(Number(all ?? rows));
      expect(says.filter((isLeaver, k) => isLeaver === left[k]).length).toBe(Number(all ?? same));
    },
  ],
  [
    /^(?:but )?it (has values|is empty|has values other than "(.*)") (?:only for clients that left|nearly only for clients that left \((\d+) of (\d+) rows\)), (?:and for all of them|for ([\d.]+) % of all who left)$/,
    ([, what, common, some, rows, covered], subject) => {
      const left = hasLeft(subject);
      const isBlank = (text: string): boolean => text === '' || MISSING.includes(text) || text === common;
      const own = subject.texts.flatMap((text, k) =>
        (what === 'is empty') === isBlank(text) ? [left[k] === true] : [],
      );
      const leavers = own.filter(Boolean).length;
      expect([leavers, own.length]).toEqual(
        some === undefined ? [own.length, own.length] : [some, rows].map(Number),
      );
      expect(((100 * leavers) / left.filter(Boolean).length).toFixed(1)).toBe(covered ?? '100.0');
    },
  ],
  [
    /^(?:but )?it has values for (\d+) clients that stayed and for none that left$/,
    ([, stayed], subject) => {
      const left = hasLeft(subject);
      const own = subject.texts.flatMap((text, k) =>
        text === '' || MISSING.includes(text) ? [] : [left[k]],
      );
      expect([own.filter((each) => each === false).length, own.length]).toEqual([
        Number(stayed),
        Number(stayed),
      ]);
    },
  ],
  [
    /^(about )?(\d+) different (?:texts|codes), ([\d.]+) rows each(?: \((\d+) % of the rows have one that comes once\))?$/,
    (found, subject) => {
      codes(found, subject);
      if (found[1] === undefined)
        expect(Number(found[3])).toBeCloseTo(present(subject.texts).length / distinct(subject.texts), 0);
    },
  ],
  [
    /^who left (?:differs|does not differ) between them beyond chance(?: \(by \d+ of them\))?$/,
    ({ input }, { decision }) =>
      expect(decision.role).toBe(input.includes('does not') ? 'left-out' : 'categorical'),
  ],
  [
    /^(?:each row has its own|(about )?(\d+) different (?:texts|codes) in (\d+) rows): (?:a key, of which nothing is learned|they look like names|free text, of which nothing is learned)$/,
    (found, subject) => {
      if (found[2] === undefined) ownValue(found, subject);
      else counted(found, subject);
    },
  ],
  [
    /^it is a date, and no column tells the time of the row, to which its days are counted$/,
    (_, subject) => {
      dates(undefined, subject);
      expect(subject.proposal.columns.time).toBeNull();
    },
  ],
  [
    /^it is a date, as many days from the time of the row in every row$/,
    (_, subject) => expect(new Set(daysToRow(subject)).size).toBeLessThan(2),
  ],
  [
    /^it is a date; the days (since|until) it are a feature$/,
    ([, word], subject) => {
      const { derived } = subject.proposal.columns;
      expect(Object.values(derived)).toContainEqual({ [`days_${word}`]: subject.decision.column });
      expect(new Set(daysToRow(subject)).size).toBeGreaterThan(1);
    },
  ],
  [
    /^it is a date that alone tells who left nearly without error$/,
    (_, subject) => dates(undefined, subject),
  ],
  [
    /^it is a date, and (\d+) others tell more$/,
    ([, others], { proposal }) => expect(Object.keys(proposal.columns.derived)).toHaveLength(Number(others)),
  ],
  [
    /^(?:but )?by itself it tells those who left from those who stayed nearly without error \(ROC AUC ([\d.]+)\)$/,
    ([, auc]) => expect(Number(auc)).toBeGreaterThan(0.98),
  ],
];

function dates(format: string | undefined, { texts }: Case): void {
  const read = format === undefined ? null : compileDateFormat(format).read;
  for (const text of texts.filter((each) => each !== '' && !MISSING.includes(each))) {
    expect([text, read === null ? isTimeText(text) : read(text) !== null]).toEqual([text, true]);
  }
}

/** Days from the date to the time of the row, where both are there. */
function daysToRow({ texts, table, proposal }: Case): number[] {
  const times = table[proposal.columns.time ?? ''] ?? [];
  const day = (text: string) => Math.floor(parseTimeText(text.trim()) / 86_400_000);
  return texts.map((text, k) => day(times[k] ?? '') - day(text)).filter((days) => !Number.isNaN(days));
}

/** The reason in its parts; a semicolon within one is part of it. */
function partsOf(why: string): string[] {
  return CHECKS.some(([pattern]) => pattern.test(why))
    ? [why]
    : why.split('; ').flatMap((part, k, all) => {
        const two = `${part}; ${all[k + 1] ?? ''}`;
        if (CHECKS.some(([pattern]) => pattern.test(two))) return [two];
        const before = `${all[k - 1] ?? ''}; ${part}`;
        return CHECKS.some(([pattern]) => pattern.test(before)) ? [] : [part];
      });
}

/** How many reasons were checked. */
function checkReasons(table: Table, proposal: Omit<Proposal, 'dates'>): number {
  let checked = 0;
  for (const decision of proposal.decisions) {
    const subject = { texts: table[decision.column] ?? [], table, proposal, decision };
    for (const part of partsOf(decision.why)) {
      const found = CHECKS.map(([pattern, check]) => [pattern.exec(part), check] as const).find(
        ([match]) => match !== null,
      );
      expect(found, `${decision.column}: ${part}`).toBeDefined();
      if (found?.[0]) found[1](found[0], subject);
      checked++;
    }
    if (decision.suspect === 'free-text') expect(subject.texts.some((text) => /\s/.test(text))).toBe(true);
  }
  return checked;
}

/** A CSV after RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, bare = '', end] of text
    .replace(/^\uFEFF/, '')
    .matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)?.push((quoted?.replaceAll('""', '"') ?? bare).trim());
    if (end !== ',') rows.push([]);
  }
  return rows.filter((row) => row.length > 1 || (row[0] ?? '') !== '');
}

function tableOf(paths: readonly string[]): Table {
  const files = paths.map((path) => parseCsv(readFileSync(path, 'utf8')));
  const names = files[0]?.[0] ?? [];
  const rows = files.flatMap((file) => file.slice(1)).filter((row) => row.length === names.length);
  return Object.fromEntries(names.map((name, k) => [name, rows.map((row) => row[k] ?? '')]));
}

/** Sets as they were published, with the target where no name says it. */
const SETS: readonly (readonly [string, string | null, string | null])[] = [
  ['real/telco.csv', null, null],
  ['real/churn-bigml-20.csv', null, null],
  ['real/churn-bigml-80.csv', null, null],
  ['real/Churn_Modelling.csv', null, null],
  ['public/bank_records.csv', null, null],
  ['public/cell2cell_part.csv', null, null],
  ['public/online_shoppers.csv', 'Revenue', 'FALSE'],
];

async function expectTrueReasons(
  files: readonly string[],
  wishes: Partial<ProposalWishes> = {},
): Promise<void> {
  const proposal = await propose({
    paths: files,
    wishes: { ...WISHES, ...wishes },
    missingTexts: MISSING,
    seed: 0,
    copyOf: async (path) => path,
    progress: silentProgress,
  });
  const table = tableOf(files);
  expect(Object.values(table)[0]).toHaveLength(proposal.rows);
  expect(checkReasons(table, proposal)).toBeGreaterThanOrEqual(proposal.decisions.length);
}

describe.skipIf(!hasPublicSets)(titleOfPublicSets('the reasons for the columns of published sets'), () => {
  it.each(SETS)('are true: %s', (name, target, positive) =>
    expectTrueReasons([join(PUBLIC_SETS_FOLDER, name)], { target, positive }),
  );
});

describe('the reasons for the columns of the original files', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'original-'));
    writeOriginalFiles(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(originalsHere(['practice', 'source'] as const))('are true: %s', (name) =>
    expectTrueReasons(ORIGINAL_FILES[name].map((path) => join(folder, path))),
  );
});

describe('the reasons for columns of any kind', () => {
  const name = fc.constantFrom(
    'month',
    'amount',
    'zip',
    'cid',
    'msno',
    'note',
    'phone',
    'created',
    'status_date',
    'owner',
    'idx',
    'plan',
    'churn_reason',
    'fee',
  );
  const value = fc.constantFrom<(row: number, chance: number) => string>(
    (row) => `2024-${String(1 + (row % 12)).padStart(2, '0')}`,
    (row) => `201701${String(1 + (row % 28)).padStart(2, '0')}`,
    (row) => String(row + 5),
    (row) => `k${(row * 7919) % 100_003}`,
    (_, chance) => (chance < 0.2 ? '' : String(Math.floor(chance * 1000))),
    (_, chance) => (chance < 0.1 ? 'n.a.' : (chance * 100).toFixed(2)),
    (_, chance) => ['a', 'b', 'c d'][Math.floor(chance * 3)] ?? '',
    (_, chance) => ['007', '014', ''][Math.floor(chance * 3)] ?? '',
    (row, chance) => `text ${row} ${chance.toFixed(3)}`,
    () => 'same',
    (_, chance) => (chance < 0.5 ? '' : 'NA'),
    (_, chance) => (chance < 0.5 ? '7' : '?'),
    (row) => (row % 3 === 0 ? 'gone away' : ''),
    (row) => String(row % 3 === 0 ? 5 : 0),
    (_, chance) => `u${Math.floor(chance * 40)}`,
    (_, chance) => (chance < 0.004 ? 'odd' : String(Math.floor(chance * 50))),
  );

  it('are true', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(name, value), { selector: ([each]) => each, minLength: 1, maxLength: 6 }),
        fc.integer({ min: 40, max: 400 }),
        fc.nat(),
        (columns, rows, seed) => {
          const draw = createRandom(seed).uniform;
          const texts = (make: (row: number, chance: number) => string) =>
            Array.from({ length: rows }, (_, row) => make(row, draw()));
          const table: Table = {
            ...Object.fromEntries(columns.map(([each, make]) => [each, texts(make)])),
            use: texts((_, chance) => String(Math.floor(chance * 1e6))),
            churned: texts((row) => String(Number(row % 3 === 0))),
          };
          const rules = {
            missing: new Set(['', ...MISSING]),
            parseNumber: readNumberText,
            isTime: isTimeText,
          };
          const tally = new TableTally(Object.keys(table), { target: null, rules, seed: 1 });
          for (let row = 0; row < rows; row++) tally.add(Object.values(table).map((own) => own[row] ?? ''));
          checkReasons(table, proposeColumns(tally, { ...WISHES, use: ['use'] }));
        },
      ),
      { numRuns: 150 },
    );
  });
});
