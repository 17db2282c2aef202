import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { binOfValue, MISSING_BIN } from '../../statistics/number-encoder.ts';
import type { BoostingColumn, FeatureBins } from './binner.ts';
import { encodeColumn, fitBinner, sampleColumn } from './binner.ts';
import { createReferenceRuntime } from './reference.ts';
import { binColumns, createBinnedTable } from './table.ts';

function encode(column: BoostingColumn, bins: FeatureBins): Uint8Array {
  const length = column.kind === 'numeric' ? column.values.length : column.codes.length;
  const into = new Uint8Array(length);
  encodeColumn(column, bins, into, 0);
  return into;
}

/** Values whose spread makes keys that many cuts share, and keys that none has. */
const SHAPES: Readonly<Record<string, (u: number) => number>> = {
  'of all magnitudes': (u) => (u - 0.5) * 10 ** (600 * (u - 0.5)),
  'of one narrow range': (u) => 1.7e9 + Math.floor(u * 1000),
  'with few distinct ones': (u) => Math.floor(u * 5),
  'beyond float32': (u) => 1e300 * (u - 0.5),
  'with missing, infinities and zeros of both signs': (u) =>
    [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, u][Math.floor(u * 6)] ?? 0,
};

describe('encodeColumn', () => {
  it.each(Object.entries(SHAPES))('gives the same bins by table as by search for values %s', (_, shape) => {
    const random = createRandom(1);
    const values = Float64Array.from({ length: 20_000 }, () => shape(random.uniform()));
    const [bins] = fitBinner([{ kind: 'numeric', values }]);
    if (bins?.kind !== 'numeric') throw new Error('a numeric column gets numeric bins');
    expect([...encode({ kind: 'numeric', values }, bins)]).toEqual(
      Array.from(values, (value) => binOfValue(value, bins.cuts)),
    );
  });

  it('sends value <= cut, and only that, to the bins up to it', () => {
    const property = fc.property(fc.array(fc.double(), { minLength: 1, maxLength: 50 }), (list) => {
      const values = Float64Array.from(list);
      const [bins] = fitBinner([{ kind: 'numeric', values }], 10);
      if (bins?.kind !== 'numeric') throw new Error('a numeric column gets numeric bins');
      encode({ kind: 'numeric', values }, bins).forEach((bin, row) => {
        const value = values[row] as number;
        if (Number.isNaN(value)) expect(bin).toBe(MISSING_BIN);
        else
          expect(Array.from(bins.cuts, (cut) => value <= cut)).toEqual(
            Array.from(bins.cuts.keys(), (index) => bin <= index),
          );
      });
    });
    fc.assert(property);
  });

  it('gives levels their own bins, and missing and unknown codes the missing bin', () => {
    const column: BoostingColumn = { kind: 'categorical', codes: Int32Array.of(2, -1, 0, 3), levels: 3 };
    expect([...encode(column, fitBinner([column])[0] as FeatureBins)]).toEqual([
      2,
      MISSING_BIN,
      0,
      MISSING_BIN,
    ]);
  });

  it('lets the rarest levels share the last bin where there are too many', () => {
    const codes = Int32Array.from({ length: 1200 }, (_, row) => (row < 600 ? 599 - row : row % 10));
    const bins = fitBinner([{ kind: 'categorical', codes, levels: 600 }])[0] as FeatureBins;
    expect(bins.bins).toBe(254);
    const encoded = encode({ kind: 'categorical', codes, levels: 600 }, bins);
    expect(new Set(encoded.subarray(600)).size).toBe(10);
    expect(encoded.filter((bin) => bin === 253)).toHaveLength(600 - 253);
  });

  it('refuses a column of another kind than the binner was fitted on', () => {
    const bins = fitBinner([{ kind: 'numeric', values: Float64Array.of(1, 2) }]);
    const codes = Int32Array.of(0, 1);
    expect(() => encode({ kind: 'categorical', codes, levels: 2 }, bins[0] as FeatureBins)).toThrow(
      /categorical column cannot be put into the bins of a numeric feature/,
    );
  });
});

describe('a table of bins', () => {
  const random = createRandom(2);
  const columns: BoostingColumn[] = [
    { kind: 'numeric', values: Float64Array.from({ length: 1000 }, () => random.normal()) },
    { kind: 'numeric', values: Float32Array.from({ length: 1000 }, () => random.below(30)) },
    { kind: 'categorical', codes: Int32Array.from({ length: 1000 }, () => random.below(7) - 1), levels: 6 },
  ];
  const part = (column: BoostingColumn, from: number, to: number): BoostingColumn =>
    column.kind === 'numeric'
      ? { kind: 'numeric', values: column.values.slice(from, to) }
      : { kind: 'categorical', codes: column.codes.slice(from, to), levels: column.levels };

  it('is the same whether filled at once or block by block', () => {
    const memory = createReferenceRuntime();
    const whole = binColumns(columns, 255, memory);
    const builder = createBinnedTable(whole.features, 1000, memory);
    for (const [from, to] of [
      [0, 1],
      [1, 700],
      [700, 1000],
    ] as const) {
      builder.append(columns.map((column) => part(column, from, to)));
    }
    const parts = builder.finish();
    expect(parts.columns).toEqual(whole.columns);
    expect(parts.matrix).toEqual(whole.matrix);
  });

  it('has the same bytes by row as by column', () => {
    const table = binColumns(columns, 255, createReferenceRuntime());
    for (let row = 0; row < 1000; row += 37) {
      for (let feature = 0; feature < 3; feature++) {
        expect(table.matrix[row * table.stride + feature]).toBe(table.columns[feature * 1000 + row]);
      }
    }
  });

  it('refuses more or fewer rows than it was opened for', () => {
    const memory = createReferenceRuntime();
    const features = fitBinner(columns);
    expect(() => createBinnedTable(features, 999, memory).append(columns)).toThrow(
      /opened for 999 rows and got 1000/,
    );
    expect(() => createBinnedTable(features, 1000, memory).finish()).toThrow(
      /opened for 1000 rows and got 0/,
    );
  });

  it('samples every k-th row of a long column', () => {
    const values = Float64Array.from({ length: 250_000 }, (_, row) => row);
    const sample = sampleColumn({ kind: 'numeric', values });
    if (sample.kind !== 'numeric') throw new Error('a sample keeps its kind');
    expect([...sample.values.subarray(0, 3)]).toEqual([0, 5, 10]);
    expect(sample.values).toHaveLength(50_000);
  });
});
