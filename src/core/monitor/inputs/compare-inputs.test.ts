import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../../base/random.ts';
import type { ModelInput, SourceBatch } from '../../features/source-column.ts';
import { buildReference } from './build-reference.ts';
import { compareInputs } from './compare-inputs.ts';
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
      /^spend has shifted: its values have moved by 0\.\d+ standard/,
    );
    expect(drift.reason).toBe('1 of 3 columns has shifted on 2000 rows: spend.');
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

  it('does not judge a window of too few rows, and says how many would do', () => {
    const drift = compare(rows(100, 2, { spend: (value) => value + 50 }));
    expect(column(drift, SPEND)).toMatchObject({ verdict: 'too-few-rows', adjustedP: null });
    // (1/5000 + 1/m) times the 99th percentile of a chi-square of 10 degrees must stay below 0.1.
    expect(column(drift, SPEND).rowsNeeded).toBe(Math.ceil(1 / (0.1 / 23.209251158954356 - 1 / 5_000)));
    expect(column(drift, SPEND).reason).toBe('spend cannot be judged on 100 rows; 244 would do.');
    expect(column(drift, PLAN).verdict).toBe('no-drift');
  });

  it('takes a minimum of rows that it is given', () => {
    expect(compare(rows(400, 2), { ...OPTIONS, minimumRows: 401 }).verdict).toBe('too-few-rows');
    expect(compare(rows(400, 2), { ...OPTIONS, minimumRows: 400 }).verdict).toBe('no-drift');
  });

  it('says that no window can be judged where training had too few rows', () => {
    const drift = compare(rows(5_000, 2), OPTIONS, rows(26, 1));
    expect(drift.verdict).toBe('too-few-rows');
    expect(drift.reason).toMatch(/the model was trained on 26 rows, at least \d+ are needed\.$/);
    expect(column(drift, SPEND).rowsNeeded).toBeNull();
  });

  it('keeps false alarms rare over many windows without a change', () => {
    const drifted = Array.from({ length: 60 }, (_, seed) => compare(rows(300, 100 + seed)).verdict);
    expect(drifted.filter((verdict) => verdict === 'drift')).toHaveLength(0);
  });
});
