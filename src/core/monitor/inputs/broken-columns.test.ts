import { describe, expect, it } from 'vitest';
import { alarmsOf } from '../../../../bench/input-alarms.ts';
import { createRandom } from '../../../base/random.ts';
import type { ModelInput, SourceBatch, SourceColumn } from '../../columns/source-column.ts';
import { type NumericSummary, needsSummary } from './broken-columns.ts';
import { buildReference } from './build-reference.ts';
import { compareAll } from './compare-inputs.ts';
import type { InputAlarm } from './input-alarm.ts';
import { createTally } from './tally.ts';

const INPUTS: readonly ModelInput[] = [
  { name: 'charges', kind: 'numeric' },
  { name: 'calls', kind: 'numeric' },
  { name: 'plan', kind: 'categorical' },
];
const PLANS = ['basic', 'plus', 'pro'];
const OPTIONS = { alpha: 0.004, psi: 0.1 };

interface Feed {
  readonly charges?: (value: number, row: number) => number;
  readonly calls?: (value: number) => number;
  readonly plan?: (level: string) => string | null;
}

function clients(rows: number, seed: number, feed: Feed = {}): SourceBatch {
  const random = createRandom(seed);
  const { charges = (value) => value, calls = (value) => value, plan = (level) => level } = feed;
  const each = <T>(make: (row: number) => T): T[] => Array.from({ length: rows }, (_, row) => make(row));
  return {
    rows,
    columns: [
      { kind: 'numeric', values: Float64Array.from(each((row) => charges(60 + 15 * random.normal(), row))) },
      { kind: 'numeric', values: Float64Array.from(each(() => calls(random.below(5)))) },
      { kind: 'text', values: each(() => plan(PLANS[random.below(3)] as string)) },
    ],
  };
}

const REFERENCE = buildReference(INPUTS, [clients(600, 1)]);

function summariesOf(
  { columns }: SourceBatch,
  asked: (index: number) => boolean,
): Map<string, NumericSummary> {
  return new Map(
    columns.flatMap((column: SourceColumn, index) => {
      if (column.kind !== 'numeric' || !asked(index)) return [];
      const values = [...column.values].filter(Number.isFinite).sort((a, b) => a - b);
      const median = values[values.length >> 1];
      if (median === undefined) return [];
      const only = values[0] === values.at(-1) ? median : null;
      return [[INPUTS[index]?.name ?? '', { median, only }] as const];
    }),
  );
}

function alarms(batch: SourceBatch, reference = REFERENCE): readonly InputAlarm[] {
  const tally = createTally(reference);
  tally.add(batch);
  const state = tally.state();
  const summaries = summariesOf(batch, (index) => {
    const [column, counted] = [reference.columns[index], state.columns[index]];
    return column !== undefined && counted !== undefined && needsSummary(column, counted);
  });
  return compareAll([{ reference, tally: state, window: 'all', summaries }], OPTIONS)[0]?.alarms ?? [];
}

describe('a broken column', () => {
  it.each([8, 150, 2_000])('is missing, on %d rows', (rows) => {
    expect(alarms(clients(rows, 2, { charges: () => Number.NaN }))).toMatchObject([
      {
        severity: 'broken',
        kind: 'missing',
        column: 'charges',
        rows,
        sentence: `charges is missing in all ${rows.toLocaleString('en-US')} new rows (0 % in training).`,
      },
    ]);
  });

  it('is not called broken where a few values more are missing, however sure that is', () => {
    const some = clients(5_000, 2, { charges: (value, row) => (row % 50 === 0 ? Number.NaN : value) });
    expect(alarms(some).filter(({ severity }) => severity === 'broken')).toEqual([]);
    const third = clients(300, 2, { charges: (value, row) => (row % 5 < 2 ? Number.NaN : value) });
    expect(alarms(third)[0]?.sentence).toBe(
      'charges is missing in 120 (40.0 %) of 300 new rows (0 % in training).',
    );
  });

  it.each([
    [100, 'about 100 times as large'],
    [1 / 1000, 'about 1,000 times as small'],
    [12, 'about 12 times as large'],
  ])('is in another unit: %f times the values', (factor, said) => {
    const found = alarms(clients(400, 3, { charges: (value) => factor * value }));
    expect(found).toMatchObject([{ severity: 'broken', kind: 'unit', column: 'charges' }]);
    expect(found[0]?.sentence).toContain(`charges is ${said} as in training (median `);
    expect(found[0]?.sentence).toMatch(/against 60\.\d; 400 new rows\): another unit\?$/);
  });

  it('is in another unit on a dozen rows as well', () => {
    expect(alarms(clients(12, 3, { charges: (value) => 100 * value }))).toMatchObject([
      { kind: 'unit', rows: 12 },
    ]);
  });

  it('lies outside the range of training where a shift or another sign took it there', () => {
    const found = alarms(clients(20, 3, { charges: (value) => value + 200 }));
    expect(found).toMatchObject([{ severity: 'broken', kind: 'outside', column: 'charges' }]);
    expect(found[0]?.sentence).toMatch(
      /^charges lies above the range of training in all 20 new rows \(up to /,
    );
    expect(alarms(clients(20, 3, { charges: (value) => -value }))).toMatchObject([{ kind: 'outside' }]);
  });

  it('has one value alone', () => {
    const found = alarms(clients(12, 4, { charges: () => 0, calls: () => 2, plan: () => 'pro' }));
    expect(found.map(({ severity, kind, column }) => [severity, kind, column]).sort()).toEqual([
      ['broken', 'constant', 'calls'],
      ['broken', 'constant', 'charges'],
      ['broken', 'constant', 'plan'],
    ]);
    expect(found.find(({ column }) => column === 'plan')?.sentence).toMatch(
      /^plan is "pro" in all 12 new rows; 6\d\.\d % of the training rows had other values\.$/,
    );
  });

  it('had one value nearly alone before as well: then that says nothing', () => {
    const rare = buildReference(INPUTS, [clients(600, 1, { plan: () => 'pro' })]);
    expect(alarms(clients(500, 4, { plan: () => 'pro' }), rare)).toEqual([]);
  });

  it('is told in other words', () => {
    const found = alarms(clients(10, 5, { plan: (level) => level.toUpperCase() }));
    expect(found).toMatchObject([{ severity: 'broken', kind: 'unseen', column: 'plan' }]);
    expect(found[0]?.sentence).toMatch(
      /levels that training did not have in all 10 new rows .*: other words\?$/,
    );
  });

  it('is not doubled prices: those have moved', () => {
    const found = alarms(clients(100, 6, { charges: (value) => 2 * value }));
    expect(found.map(({ column }) => column)).toEqual(['charges']);
    expect(alarms(clients(100, 6, { charges: (value) => 1.5 * value }))).toMatchObject([
      { severity: 'moved' },
    ]);
  });

  it('is told with the others, worst first, and several at once point at the file', () => {
    const reference = REFERENCE;
    const tally = createTally(reference);
    tally.add(
      clients(50, 7, { charges: () => Number.NaN, plan: (level) => `x${level}`, calls: (n) => n + 1 }),
    );
    const [drift] = compareAll([{ reference, tally: tally.state(), window: 'newest' }], OPTIONS);
    expect(drift?.alarms.map(({ severity, column }) => `${severity} ${column}`)).toEqual([
      'broken charges',
      'broken plan',
      'moved calls',
    ]);
    expect(drift?.reason).toContain('2 columns are broken at once');
    expect(drift?.alarms[0]?.sentence).toContain('all 50 rows of the newest delivery');
  });

  it('is hardly ever claimed in streams of weekly files without a change', () => {
    let [broken, moved] = [0, 0];
    for (let seed = 1; seed <= 3; seed++) {
      for (const found of alarmsOf({ columns: 5, referenceRows: 500, weeklyRows: 30, weeks: 40, seed })) {
        if (found.some(({ severity }) => severity === 'broken')) broken++;
        if (found.some(({ severity }) => severity === 'moved')) moved++;
      }
    }
    expect([broken, moved]).toEqual([0, 0]);
  });
});
