/** Promises that every drift method keeps. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import type { SourceBatch } from '../../src/core/columns/source-column.ts';
import type { ColumnReference } from '../../src/core/document/drift-reference.ts';
import { buildReference } from '../../src/core/monitor/inputs/build-reference.ts';
import type { ColumnStatistics } from '../../src/core/monitor/inputs/compare-column.ts';
import { compareInputs } from '../../src/core/monitor/inputs/compare-inputs.ts';
import {
  type AnswerField,
  type AnswerShape,
  type ColumnKind,
  DRIFT_METHOD_NAMES,
  DRIFT_METHODS,
  methodColumns,
  readingsOf,
} from '../../src/core/monitor/inputs/methods.ts';
import { createTally } from '../../src/core/monitor/inputs/tally.ts';
import { PROMISES, readMethod, statisticsOf } from './drift-methods.ts';

const KINDS: readonly ColumnKind[] = ['numeric', 'categorical'];
const METHODS = DRIFT_METHOD_NAMES.map((name) => ({
  name,
  title: DRIFT_METHODS[name].words.title,
  kinds: DRIFT_METHODS[name].kinds as readonly ColumnKind[],
  ...PROMISES[name],
  read: (statistics: ColumnStatistics) => readMethod(name, statistics),
}));
const CASES = METHODS.flatMap((method) => method.kinds.map((kind) => ({ ...method, kind })));

/** Values as a column; of categories the number is the level, NaN missing. */
function batchOf(kind: ColumnKind, values: readonly number[]): SourceBatch {
  const column =
    kind === 'numeric'
      ? { kind, values: Float64Array.from(values) }
      : {
          kind: 'text' as const,
          values: values.map((value) => (Number.isNaN(value) ? null : `level ${value}`)),
        };
  return { rows: values.length, columns: [column] };
}

const referenceOf = (kind: ColumnKind, values: readonly number[]) =>
  buildReference([{ name: 'x', kind }], [batchOf(kind, values)]);

function compare(kind: ColumnKind, trained: readonly number[], current: readonly number[]) {
  const reference = referenceOf(kind, trained);
  const tally = createTally(reference);
  tally.add(batchOf(kind, current));
  return {
    statistics: statisticsOf(reference.columns[0] as ColumnReference, tally.state()),
    drift: compareInputs(reference, tally.state(), { alpha: 0.01, psi: 0.1 }),
  };
}

const random = createRandom(12);
const sample = (rows: number): number[] =>
  Array.from({ length: rows }, () => (random.uniform() < 0.05 ? Number.NaN : random.below(8)));
const some = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(Number.NaN)), { maxLength: 60 });
const counts = (size: number) =>
  fc.array(fc.integer({ min: 0, max: 300 }), { minLength: size, maxLength: size });

describe.each(CASES)('$title of $kind columns', ({ kind, read, seesNew, seesMissing }) => {
  it('is 0 for the training rows themselves, and raises no alarm', () => {
    const rows = sample(1_000);
    const { statistics, drift } = compare(kind, rows, rows);
    expect(read(statistics)?.statistic).toBeCloseTo(0, 12);
    expect(read(statistics)?.p ?? 1).toBeGreaterThan(0.4);
    expect(drift.verdict).toBe('no-drift');
  });

  it('is 0 for a column that is constant on both sides', () => {
    const { statistics, drift } = compare(kind, new Array(500).fill(7), new Array(300).fill(7));
    expect(read(statistics)?.statistic).toBeCloseTo(0, 12);
    expect(read(statistics)?.p ?? 1).toBe(1);
    expect(drift.verdict).toBe('no-drift');
  });

  it('sees a column that has gone missing, or has no answer', () => {
    const { statistics, drift } = compare(kind, sample(1_000), new Array(500).fill(Number.NaN));
    const reading = read(statistics);
    if (seesMissing) expect(reading?.statistic).toBeGreaterThan(0.1);
    else expect(reading?.statistic ?? 0).toBe(0);
    expect(drift.columns[0]?.verdict).toBe('drift');
  });

  it('takes a column that has been missing in training', () => {
    const { statistics } = compare(kind, new Array(500).fill(Number.NaN), new Array(300).fill(Number.NaN));
    expect(read(statistics)?.statistic ?? 0).toBeCloseTo(0, 12);
  });

  it('sees values that training did not have, if it is to', () => {
    const moved = sample(500).map((value, row) => (row % 4 === 0 ? 50 : value));
    const reading = read(compare(kind, sample(1_000), moved).statistics);
    if (seesNew) expect(reading?.statistic).toBeGreaterThan(0.1);
    else expect(reading?.statistic).toBeLessThan(0.05);
    if (seesNew && reading?.p !== null) expect(reading?.p).toBeLessThan(1e-4);
  });

  it('has no answer for an empty window or an empty reference', () => {
    expect(read(compare(kind, sample(300), []).statistics)).toBeNull();
    expect(read(compare(kind, [], sample(300)).statistics)).toBeNull();
    expect(compare(kind, sample(300), []).drift.verdict).toBe('too-few-rows');
  });

  it('reads the same from merged parts as from the whole', () => {
    fc.assert(
      fc.property(some, some, some, (trained, first, second) => {
        const reference = referenceOf(kind, trained);
        const [whole, merged, part] = [
          createTally(reference),
          createTally(reference),
          createTally(reference),
        ];
        whole.add(batchOf(kind, [...first, ...second]));
        part.add(batchOf(kind, second));
        merged.add(batchOf(kind, first));
        merged.merge(part.state());
        const [column] = reference.columns;
        if (column === undefined) throw new Error('a reference of one column');
        expect(read(statisticsOf(column, merged.state()))).toEqual(read(statisticsOf(column, whole.state())));
      }),
      { numRuns: 40 },
    );
  });

  it('has a statistic from 0 on and a p-value in [0, 1], whatever the rows', () => {
    fc.assert(
      fc.property(some, some, (trained, current) => {
        const reading = read(compare(kind, trained, current).statistics);
        if (reading === null) return;
        expect(reading.statistic).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(reading.statistic)).toBe(true);
        const p = reading.p ?? 1;
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });
});

describe.each(METHODS.filter((method) => method.between !== null))('$title', ({ between }) => {
  it('is the same with the sides exchanged', () => {
    fc.assert(
      fc.property(counts(8), counts(8), (a, b) => {
        const [there, back] = [between?.(a, b) ?? null, between?.(b, a) ?? null];
        if (there === null || back === null) expect(there).toBe(back);
        else expect(there).toBeCloseTo(back, 9);
      }),
    );
  });
});

describe('the list of drift methods', () => {
  const trained = sample(1_000);
  const moved = sample(500).map((value, row) => (row % 4 === 0 ? 50 : value));

  it.each(METHODS)(
    'has an answer of $title for columns of its kinds alone, with what it promises',
    (method) => {
      for (const kind of KINDS) {
        const answer: unknown = compare(kind, trained, moved).statistics[method.name];
        if (!method.kinds.includes(kind)) {
          expect(answer).toBeNull();
          continue;
        }
        const promised: AnswerShape = DRIFT_METHODS[method.name].answer;
        if (typeof promised === 'string') expect(answer).toSatisfy(isOf(promised));
        else {
          for (const [field, of] of Object.entries(promised)) {
            expect(answer).toHaveProperty(field, expect.toSatisfy(isOf(of)));
          }
        }
      }
    },
  );

  it.each(METHODS)('says what $title means in one sentence', ({ name }) => {
    expect(DRIFT_METHODS[name].words.meaning).toMatch(/^[A-Z][^.]*\.$/);
  });

  it('shows every method to the command, and no number twice', () => {
    for (const kind of KINDS) {
      const readings = readingsOf(compare(kind, trained, moved).statistics);
      const answered = METHODS.filter(({ kinds }) => kinds.includes(kind));
      const cells = methodColumns('command').map(({ cell }) => cell(readings));
      expect(cells.filter((cell) => cell !== null)).toHaveLength(answered.length);
    }
  });

  it('reads checks of versions that said less', () => {
    const readings = readingsOf({
      psi: { value: 0.1 },
      missing: {},
      unseen: { share: 0.05 },
      wasserstein: 'x',
    });
    expect(readings.psi).toEqual({ value: 0.1, pValue: null });
    expect(readings.unseen).toEqual({ value: 0.05, pValue: null });
    expect([readings.missing, readings.wasserstein, readings.outside]).toEqual([null, null, null]);
  });
});

/** Whether a value is a number of this sort. */
function isOf(field: AnswerField): (value: unknown) => boolean {
  return (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return false;
    if (field === 'rows') return Number.isInteger(value) && value >= 0;
    return field === 'number' || (value >= 0 && value <= 1);
  };
}
