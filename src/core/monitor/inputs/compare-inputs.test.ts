import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../../base/random.ts';
import type { ModelInput, SourceBatch } from '../../columns/source-column.ts';
import { takeRows } from '../../columns/take-rows.ts';
import { buildReference } from './build-reference.ts';
import { compareAll, compareInputs } from './compare-inputs.ts';
import type { ColumnDrift, InputDriftOptions } from './input-drift.ts';
import { createTally } from './tally.ts';

const INPUTS: readonly ModelInput[] = [
  { name: 'spend', kind: 'numeric' },
  { name: 'calls', kind: 'numeric' },
  { name: 'plan', kind: 'categorical' },
];
const OPTIONS: InputDriftOptions = { alpha: 0.01, psi: 0.1 };
const LEVELS = ['basic', 'plus', 'pro', 'team'];

interface Change {
  readonly spend?: (value: number, random: Random) => number;
  readonly plan?: (code: number, random: Random) => number;
}

function rows(count: number, seed: number, change: Change = {}): SourceBatch {
  const random = createRandom(seed);
  const { spend = (value) => value, plan = (code) => code } = change;
  const each = <T>(make: () => T): T[] => Array.from({ length: count }, make);
  return {
    rows: count,
    columns: [
      {
        kind: 'numeric',
        values: Float64Array.from(
          each(() => (random.uniform() < 0.05 ? Number.NaN : spend(50 + 10 * random.normal(), random))),
        ),
      },
      { kind: 'numeric', values: Float64Array.from(each(() => random.below(6))) },
      {
        kind: 'categorical',
        codes: Int32Array.from(each(() => plan(random.below(3), random))),
        levels: LEVELS,
      },
    ],
  };
}

function compare(current: SourceBatch, options = OPTIONS, reference = rows(5_000, 1)) {
  const built = buildReference(INPUTS, [reference]);
  const tally = createTally(built);
  tally.add(current);
  return compareInputs(built, tally.state(), options);
}

const [SPEND, CALLS, PLAN] = [0, 1, 2];
const column = (drift: ReturnType<typeof compare>, index: number) => drift.columns[index] as ColumnDrift;

describe('compareInputs', () => {
  it('is quiet where nothing has changed, and says on how many rows', () => {
    const drift = compare(rows(2_000, 2));
    expect(drift).toMatchObject({ verdict: 'no-drift', rows: { reference: 5_000, current: 2_000 } });
    expect(drift.reason).toBe('None of 3 columns has shifted by enough to matter on 2000 rows.');
    expect(drift.columns.map(({ band }) => band)).toEqual(['little', 'little', 'little']);
  });

  it('finds a shift of the mean, its size in deviations and the column alone', () => {
    const drift = compare(rows(2_000, 2, { spend: (value) => value + 6 }));
    expect(drift.columns.map(({ verdict }) => verdict)).toEqual(['drift', 'no-drift', 'no-drift']);
    expect(column(drift, SPEND).wasserstein).toBeCloseTo(0.6, 1);
    expect(column(drift, SPEND)).toMatchObject({ band: 'large' });
    expect(column(drift, SPEND).reason).toMatch(
      /^spend has shifted in 2,000 new rows: its values have moved by 0\.\d+ standard/,
    );
    expect(drift.alarms).toMatchObject([
      { severity: 'moved', kind: 'shifted', column: 'spend', rows: 2_000 },
    ]);
    expect(drift.reason).toBe(drift.alarms[0]?.sentence);
  });

  it('stays quiet on a shift that is significant but too small to matter', () => {
    const drift = compare(rows(20_000, 2, { spend: (value) => value + 1 }));
    expect(column(drift, SPEND).adjustedP).toBeLessThan(0.01);
    expect(drift.verdict).toBe('no-drift');
  });

  it('counts missing, names new levels, and says how many were to be expected', () => {
    const drift = compare(
      rows(2_000, 2, {
        spend: (value, random) => (random.uniform() < 0.3 ? Number.NaN : value),
        plan: (code, random) => (random.uniform() < 0.1 ? 3 : code),
      }),
    );
    expect(column(drift, SPEND).missing?.current).toBeCloseTo(0.335, 1);
    expect(column(drift, SPEND).reason).toMatch(/of its values are missing, in training 4\.7 %/);
    expect(column(drift, PLAN).unseen).toMatchObject({
      levels: [{ level: 'team' }],
      distinct: 1,
      expected: 0,
    });
    expect(column(drift, PLAN).reason).toMatch(/of the rows have a level that training did not \("team"\)/);
    expect(column(drift, CALLS).verdict).toBe('no-drift');
  });

  it('finds values outside the range that training saw, though most are where they were', () => {
    const drift = compare(
      rows(2_000, 2, { spend: (value, random) => (random.uniform() < 0.04 ? value * 1000 : value) }),
    );
    const { outside, verdict, psi, reason } = column(drift, SPEND);
    expect(psi?.corrected).toBeLessThan(0.1);
    expect(verdict).toBe('drift');
    expect(outside?.above).toBeGreaterThan(0.02);
    expect(outside?.highest).toBeGreaterThan(10_000);
    expect(reason).toMatch(/lie outside the range of training, up to \d+/);
  });

  it('says on few rows that they show no fault, and how many would show a shift', () => {
    const drift = compare(rows(100, 2));
    // (1/5000 + 1/m) times the 99th percentile of a chi-square of 10 degrees must stay below 0.1.
    expect(column(drift, SPEND).rowsNeeded).toBe(Math.ceil(1 / (0.1 / 23.209251158954356 - 1 / 5_000)));
    expect(column(drift, SPEND).reason).toMatch(
      /^spend shows no fault .* a shift of PSI 0\.1 is told from chance from 244 rows on\.$/,
    );
    expect(drift.verdict).toBe('no-drift');
    expect(drift.reason).toBe(
      'None of 3 columns has shifted or is broken on 100 rows; a shift of PSI 0.1 shows in all columns from 244 rows on.',
    );
  });

  it('finds a shift on few rows where chance cannot do as much', () => {
    const drift = compare(rows(30, 2, { spend: (value) => value + 20 }));
    expect(drift.columns.map(({ verdict }) => verdict)).toEqual(['drift', 'no-drift', 'no-drift']);
    expect(drift.alarms).toMatchObject([{ severity: 'moved', column: 'spend', rows: 30 }]);
  });

  it('says too few rows only where not even a column that is missing in all of them would alarm', () => {
    const missing = (count: number) => compare(rows(count, 2, { spend: () => Number.NaN }));
    expect(column(missing(1), SPEND).verdict).toBe('too-few-rows');
    expect(column(missing(4), SPEND).verdict).toBe('drift');
    expect(compare(rows(0, 2)).verdict).toBe('too-few-rows');
    expect(compare(rows(0, 2)).reason).toBe('0 new and 5000 training rows are too few to judge any input.');
  });

  it('says how far a small training set lets it see', () => {
    const drift = compare(rows(5_000, 2), OPTIONS, rows(26, 1));
    expect(drift.verdict).toBe('no-drift');
    expect(drift.reason).toMatch(/the model was trained on 26 rows, and a shift .* only from \d+ on\.$/);
    expect(column(drift, SPEND).rowsNeeded).toBeNull();
  });

  it('gives the same answer whatever the order of the rows', () => {
    const batch = rows(300, 5, { spend: (value) => value + 3 });
    const order = Uint32Array.from({ length: 300 }, (_, row) => (row * 7) % 300);
    expect(compare(takeRows(batch, order))).toEqual(compare(batch));
  });

  it('holds false alarms over all windows: a p that does for one does not among many', () => {
    const built = buildReference(INPUTS, [rows(5_000, 1)]);
    const tallyOf = (batch: SourceBatch) => {
      const tally = createTally(built);
      tally.add(batch);
      return tally.state();
    };
    const moved = tallyOf(rows(40, 9, { spend: (value) => value + 10 }));
    const window = 'all' as const;
    const alone = compareAll([{ reference: built, tally: moved, window }], OPTIONS)[0];
    const among = compareAll(
      [moved, ...Array.from({ length: 30 }, (_, k) => tallyOf(rows(40, 50 + k)))].map((tally) => ({
        reference: built,
        tally,
        window,
      })),
      OPTIONS,
    )[0];
    expect(column(among as typeof alone & object, SPEND).adjustedP).toBeGreaterThan(
      5 * (column(alone as typeof alone & object, SPEND).adjustedP ?? 1),
    );
  });

  it('keeps false alarms rare over many windows without a change', () => {
    const drifted = Array.from({ length: 60 }, (_, seed) => compare(rows(300, 100 + seed)).verdict);
    expect(drifted.filter((verdict) => verdict === 'drift')).toHaveLength(0);
  });
});
