/** What logistic regression promises on compiled kernels: the plain kernel's sums, and the same bits on any team. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { TidewatchError } from '../../src/base/errors.ts';
import { createRandom } from '../../src/base/random.ts';
import {
  createKernelProgram,
  createWasmMemory,
  instantiateKernels,
} from '../../src/core/kernels/wasm-memory.ts';
import { fitLogistic } from '../../src/core/learners/logistic.ts';
import type { LogisticFit } from '../../src/core/learners/newton.ts';
import type { LogisticOptions } from '../../src/core/learners/standard-coordinates.ts';
import type { DesignBlock, GramPoint, GramStatistics } from '../../src/core/statistics/gram.ts';
import { createPlainGram, type GramRuntime } from '../../src/core/statistics/gram-rows.ts';
import { createWasmGram, UNIT_SIZE } from '../../src/core/statistics/gram-wasm.ts';
import { createTeam } from '../../src/steps/train/team.ts';

const teams = [1, 2, 4].map((threads) => createTeam({ threads }));
const plain = createPlainGram();
afterAll(async () => {
  await Promise.all(teams.map((team) => team.close()));
});

interface Shape {
  readonly rows: number;
  readonly features: number;
  readonly seed: number;
  readonly weighted?: boolean;
  /** Of the values; the margins grow with it. */
  readonly spread?: number;
}

function drawBlock({ rows, features, seed, weighted = false, spread = 1 }: Shape): DesignBlock {
  const random = createRandom(seed);
  const columns = Array.from({ length: features }, (_, j) =>
    Float64Array.from({ length: rows }, () => j + spread * random.normal()),
  );
  const labels = Float64Array.from({ length: rows }, (_, i) => {
    const margin = (columns[0]?.[i] ?? 0) - ((columns[1]?.[i] ?? 1) - 1);
    return random.uniform() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
  });
  const weights = weighted ? Float64Array.from({ length: rows }, () => random.below(4) / 3) : null;
  return { rows, columns, labels, weights };
}

function pointOf(features: number, size = 0.3): GramPoint {
  return {
    coefficients: Float64Array.from({ length: features + 1 }, (_, j) => size * Math.sin(j + 1)),
    means: Float64Array.from({ length: features }, (_, j) => j),
    scales: Float64Array.from({ length: features }, (_, j) => 1 / (1 + (j % 3))),
  };
}

function sumOn(runtime: GramRuntime, blocks: readonly DesignBlock[], point: GramPoint): GramStatistics {
  const rows = runtime.open(blocks);
  try {
    return rows.sum(point);
  } finally {
    rows.close();
  }
}

/** Sum over rows of |weight z_j|: what rounding errors of the sums are relative to. */
function scalesOf(blocks: readonly DesignBlock[], { means, scales }: GramPoint): number[] {
  const total = [0, ...means].fill(0);
  for (const { rows, columns, weights } of blocks) {
    for (let i = 0; i < rows; i++) {
      const weight = weights?.[i] ?? 1;
      total.forEach((_, j) => {
        const z = j === 0 ? 1 : ((columns[j - 1]?.[i] ?? 0) - (means[j - 1] ?? 0)) * (scales[j - 1] ?? 0);
        total[j] = (total[j] ?? 0) + weight * Math.max(Math.abs(z), z * z);
      });
    }
  }
  return total;
}

function expectSameSums(
  made: GramStatistics,
  wanted: GramStatistics,
  blocks: readonly DesignBlock[],
  point: GramPoint,
): void {
  const scales = scalesOf(blocks, point);
  const size = scales.length;
  const near = (a: number, b: number, scale: number) =>
    expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-12 * (scale + Math.abs(b)));
  expect([made.rows, made.wrong]).toEqual([wanted.rows, wanted.wrong]);
  near(made.weight, wanted.weight, 0);
  near(made.loss, wanted.loss, wanted.weight);
  for (let j = 0; j < size; j++) {
    near(made.gradient[j] as number, wanted.gradient[j] as number, scales[j] as number);
    for (let k = 0; k < size; k++) {
      const scale = Math.sqrt((scales[j] as number) * (scales[k] as number));
      near(made.hessian[j * size + k] as number, wanted.hessian[j * size + k] as number, scale);
    }
  }
}

/** A runtime that keeps at most so many bytes of rows, in a memory of at most so many pages of 64 KiB. */
function smallRuntime(mostBytes: number, mostPages: number): GramRuntime {
  const program = createKernelProgram(mostPages);
  if (program === null) throw new Error('there is no WebAssembly with shared memory');
  const { run } = instantiateKernels(program);
  return createWasmGram({ ...createWasmMemory(program.memory), threads: 1, run }, { mostBytes });
}

const caught = (action: () => unknown): TidewatchError => {
  try {
    action();
  } catch (error) {
    if (error instanceof TidewatchError) return error;
    throw error;
  }
  throw new Error('expected an error');
};

describe('compiled Gram sums', () => {
  it('are made by compiled kernels', () => {
    expect(teams.map(({ gram, threads }) => [gram.kind, threads])).toEqual([
      ['wasm', 1],
      ['wasm', 2],
      ['wasm', 4],
    ]);
  });

  it('equal those of the plain kernel within 1e-12 and have the same bits on every team', () => {
    const shapes = fc.record({
      rows: fc.oneof(
        fc.constantFrom(1, 2, 15, 16, 17, 255, 256, 257, UNIT_SIZE - 1, UNIT_SIZE, UNIT_SIZE + 1),
        fc.integer({ min: 1, max: 3 * UNIT_SIZE }),
      ),
      features: fc.integer({ min: 0, max: 9 }),
      seed: fc.integer({ min: 0, max: 1000 }),
      weighted: fc.boolean(),
      spread: fc.constantFrom(0.01, 1, 100),
    });
    fc.assert(
      fc.property(shapes, fc.constantFrom(0, 0.3, 30), fc.boolean(), (shape, size, twice) => {
        const blocks = [drawBlock(shape), ...(twice ? [drawBlock({ ...shape, rows: 100 })] : [])];
        const point = pointOf(shape.features, size);
        const [first, ...others] = teams.map(({ gram }) => sumOn(gram, blocks, point));
        expectSameSums(first as GramStatistics, sumOn(plain, blocks, point), blocks, point);
        for (const other of others) expect(other).toEqual(first);
      }),
      { numRuns: 60 },
    );
  });

  it('leave the Hessian out where it is not wanted, and nothing else', () => {
    const blocks = [drawBlock({ rows: 1000, features: 5, seed: 1 })];
    const whole = sumOn((teams[0] as (typeof teams)[0]).gram, blocks, pointOf(5));
    for (const { gram } of teams) {
      const made = sumOn(gram, blocks, { ...pointOf(5), gradientOnly: true });
      expect(made).toEqual({ ...whole, hessian: new Float64Array(36) });
    }
  });

  it.each([-745, -41, -40, -39.9, -20, -1e-9, 0, 1e-300, 0.34, 0.35, 1, 20, 36, 40, 1e9])(
    'have the probability, loss and curvature of one row within 2 units in the last place, at margin %d',
    (margin) => {
      const point = {
        coefficients: Float64Array.of(margin),
        means: new Float64Array(),
        scales: new Float64Array(),
      };
      const block = { rows: 1, columns: [], labels: Float64Array.of(0), weights: null };
      const { gradient, hessian, loss } = sumOn((teams[0] as (typeof teams)[0]).gram, [block], point);
      const bounded = Math.max(-40, Math.min(40, margin));
      const p = 1 / (1 + Math.exp(-bounded));
      expect(Math.abs((gradient[0] as number) / p - 1)).toBeLessThan(4.5e-16);
      expect(Math.abs((hessian[0] as number) / (p / (1 + Math.exp(bounded))) - 1)).toBeLessThan(7e-16);
      expect(Math.abs(loss - Math.max(margin, 0) - Math.log1p(Math.exp(-Math.abs(margin))))).toBeLessThan(
        2.3e-16 * Math.max(1, Math.abs(margin)),
      );
    },
  );

  it('have the same bits for rows that are kept and rows that pass through', () => {
    const blocks = [
      drawBlock({ rows: 400_000, features: 12, seed: 3 }),
      drawBlock({ rows: 3, features: 12, seed: 4 }),
    ];
    const kept = (teams[1] as (typeof teams)[0]).gram.open(blocks);
    const passing = smallRuntime(1000, 2 ** 15).open(blocks);
    const crowded = smallRuntime(2 ** 30, 600).open(blocks);
    try {
      for (const other of [passing, crowded]) {
        expect(other.blocks === blocks).toBe(true);
        expect(other.sum(pointOf(12))).toEqual(kept.sum(pointOf(12)));
        expect(other.describe()).toEqual(kept.describe());
      }
    } finally {
      kept.close();
    }
  });

  it('describe columns as the plain runtime does, a constant one exactly', () => {
    const block = drawBlock({ rows: 20_001, features: 3, seed: 5, weighted: true, spread: 1e-3 });
    const constant = new Float64Array(block.rows).fill(1e9 / 3);
    const design = { ...block, columns: [...block.columns, constant, constant.map((_, i) => i * 1e6)] };
    const wanted = plain.open([design]).describe();
    for (const { gram } of teams) {
      const rows = gram.open([design]);
      const made = rows.describe();
      rows.close();
      expect([made.positives, made.weight].map((sum) => sum.toFixed(8))).toEqual(
        [wanted.positives, wanted.weight].map((sum) => sum.toFixed(8)),
      );
      made.moments.forEach(({ mean, squares, ...rest }, j) => {
        const other = wanted.moments[j] as (typeof wanted.moments)[0];
        expect(rest).toEqual({ count: other.count, missing: 0, min: other.min, max: other.max });
        expect(Math.abs(mean - other.mean)).toBeLessThanOrEqual(1e-14 * Math.abs(other.mean));
        // Rounding of the values is all that a constant column may vary by.
        const rounding = other.count * (1e-14 * other.max) ** 2;
        expect(Math.abs(squares - other.squares)).toBeLessThanOrEqual(1e-12 * other.squares + rounding);
      });
      expect(made.moments[3]).toMatchObject({ mean: 1e9 / 3, squares: 0 });
    }
  });

  it('know rows that are kept already and do not copy them again', () => {
    const { gram } = teams[0] as (typeof teams)[0];
    const rows = gram.open([drawBlock({ rows: 100, features: 2, seed: 1 })]);
    const again = gram.open(rows.blocks);
    expect(again.blocks[0]).toBe(rows.blocks[0]);
    again.close();
    rows.close();
  });
});

describe('a store of rows', () => {
  const { gram } = teams[1] as (typeof teams)[0];
  const options = { C: 1, standardize: false };

  it('holds columns that are opened where they are, and gives the rest ordinary arrays', () => {
    const block = drawBlock({ rows: 5000, features: 2, seed: 1 });
    const store = gram.openStore(3 * 5000);
    expect(store).not.toBeNull();
    if (store === null) return;
    const written = (values: Float64Array): Float64Array => {
      const array = store.allocate(values.length);
      array.set(values);
      return array;
    };
    const stored = { ...block, columns: block.columns.map(written), labels: written(block.labels) };
    const rows = gram.open([stored]);
    expect(rows.blocks[0]).toBe(stored);
    rows.close();
    const late = written(block.labels);
    expect(late.buffer).toBeInstanceOf(ArrayBuffer);
    expect(fitLogistic([stored], options, gram)).toEqual(fitLogistic([block], options, gram));
    expect(fitLogistic([{ ...stored, labels: late }], options, gram)).toEqual(
      fitLogistic([block], options, gram),
    );
    store.close();
  });

  it('is not to be had where it would not fit, nor where rows are read where they lie', () => {
    expect(smallRuntime(1000, 2 ** 15).openStore(126)).toBeNull();
    expect(smallRuntime(2 ** 30, 16).openStore(2 ** 20)).toBeNull();
    expect(plain.openStore(1)).toBeNull();
  });

  it('may be closed while rows that were opened later are in use', () => {
    const store = gram.openStore(1000);
    const place = store?.allocate(1).byteOffset;
    const blocks = [drawBlock({ rows: 3000, features: 3, seed: 2 })];
    const rows = gram.open(blocks);
    const wanted = rows.sum(pointOf(3));
    store?.close();
    const other = gram.open([drawBlock({ rows: 3000, features: 3, seed: 3 })]);
    expect(rows.sum(pointOf(3))).toEqual(wanted);
    other.close();
    rows.close();
    const again = gram.openStore(1000);
    expect(again?.allocate(1).byteOffset).toBe(place);
    again?.close();
  });
});

interface GoldenCase {
  readonly name: string;
  readonly C: number;
  readonly columns: number[][];
  readonly labels: number[];
  readonly weights: number[] | null;
  readonly raw: { readonly coef: number[]; readonly intercept: number; readonly objective: number };
}
const golden: { cases: GoldenCase[] } = JSON.parse(readFileSync('test/golden/logistic.json', 'utf8'));

/** Fits on every team, expects the same bits of each, and returns the fit. */
async function fitOnTeams(blocks: readonly DesignBlock[], options: LogisticOptions): Promise<LogisticFit> {
  const fits = await Promise.all(teams.map((team) => team.fitLogistic(blocks, options)));
  for (const fit of fits) expect(fit).toEqual(fits[0]);
  return fits[0] as LogisticFit;
}

function expectSameModel(made: LogisticFit, wanted: LogisticFit, relative: number): void {
  const values = ({ coefficients, intercept }: LogisticFit) => [...coefficients, intercept];
  values(made).forEach((value, j) => {
    const other = values(wanted)[j] as number;
    expect(Math.abs(value - other)).toBeLessThanOrEqual(relative * Math.abs(other) + 1e-12);
  });
  expect(Math.abs(made.objective / wanted.objective - 1)).toBeLessThan(1e-12);
}

describe('logistic regression on a team', () => {
  it.each(golden.cases)(
    'reaches the optimum of scikit-learn: $name',
    async ({ columns, labels, weights, C, raw }) => {
      const block: DesignBlock = {
        rows: labels.length,
        columns: columns.map((column) => Float64Array.from(column)),
        labels: Float64Array.from(labels),
        weights: weights === null ? null : Float64Array.from(weights),
      };
      const fit = await fitOnTeams([block], { C, standardize: false });
      expect(Math.abs(fit.objective / raw.objective - 1)).toBeLessThan(1e-9);
      const scale = Math.max(...raw.coef.map(Math.abs), Math.abs(raw.intercept));
      [...fit.coefficients, fit.intercept].forEach((value, j) => {
        const wanted = [...raw.coef, raw.intercept][j] as number;
        expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-5 * (Math.abs(wanted) + 1e-6 * scale));
      });
    },
  );

  it.each<[string, Shape]>([
    ['many rows, from a sample', { rows: 210_001, features: 3, seed: 1 }],
    ['weights', { rows: 30_000, features: 4, seed: 2, weighted: true }],
    ['200 columns', { rows: 4000, features: 200, seed: 3 }],
    ['no columns', { rows: 1000, features: 0, seed: 4 }],
  ])('equals the plain fit with %s', async (_, shape) => {
    const blocks = [drawBlock(shape), drawBlock({ ...shape, rows: 1000, seed: 9 })];
    const options = { C: 1, standardize: true };
    const fit = await fitOnTeams(blocks, options);
    expect(fit.gradientNorm).toBeLessThan(1e-8);
    expectSameModel(fit, fitLogistic(blocks, options), 1e-8);
  });

  it('keeps its footing where features differ in scale by 24 orders, one is constant and two are equal', async () => {
    const { columns, ...block } = drawBlock({ rows: 30_000, features: 3, seed: 5 });
    const [a, b, c] = columns as [Float64Array, Float64Array, Float64Array];
    const design = {
      ...block,
      columns: [a.map((x) => 1e12 * x), b.map((x) => 1e-12 * x), c, c, c.map(() => 7)],
    };
    const fit = await fitOnTeams([design], { C: 1, standardize: true });
    expect(fit.gradientNorm).toBeLessThan(1e-8);
    expect(fit.coefficients[4]).toBe(0);
    expectSameModel(fit, fitLogistic([design], { C: 1, standardize: true }), 1e-6);
  });

  it('gets from a sample without a rare level to the optimum of all rows', async () => {
    const { columns, ...block } = drawBlock({ rows: 250_000, features: 2, seed: 6 });
    const rare = new Float64Array(block.rows);
    // Rows 256 to 511 are in no sample, and there alone the level occurs.
    rare.fill(1, 256, 300);
    const design = { ...block, columns: [...columns, rare] };
    const fit = await fitOnTeams([design], { C: 1, standardize: false });
    expect(fit.gradientNorm).toBeLessThan(1e-8);
    expectSameModel(fit, fitLogistic([design], { C: 1, standardize: false }), 1e-6);
  });

  it('says that separated data is bound by the penalty alone, and refuses it without one', async () => {
    const x = Float64Array.from({ length: 9000 }, (_, i) => i - 4499.5);
    const block = {
      rows: x.length,
      columns: [x],
      labels: x.map((value) => (value > 0 ? 1 : 0)),
      weights: null,
    };
    expect((await fitOnTeams([block], { C: 1, standardize: true })).notes.join()).toContain('separates');
    const refusal = fitOnTeams([block], { C: Number.POSITIVE_INFINITY, standardize: true });
    await expect(refusal).rejects.toMatchObject({ code: 'not-converged' });
  });

  it.each<[string, number[][], number[], number[] | null]>([
    ['one-class', [[5]], [1], null],
    ['one-class', [[]], [], null],
    ['value-invalid', [[1, Number.NaN]], [0, 1], null],
    ['value-invalid', [[1, Number.NEGATIVE_INFINITY]], [0, 1], null],
    ['value-invalid', [[1, 2]], [0, 0.5], null],
    ['value-invalid', [[1, 2]], [0, Number.NaN], null],
    ['value-invalid', [[1, 2]], [0, 1], [1, -1]],
  ])('refuses rows it cannot learn from with %s, and goes on', async (code, columns, labels, weights) => {
    const block: DesignBlock = {
      rows: labels.length,
      columns: columns.map((column) => Float64Array.from(column)),
      labels: Float64Array.from(labels),
      weights: weights === null ? null : Float64Array.from(weights),
    };
    const options = { C: 1, standardize: false };
    const message = caught(() => fitLogistic([block], options)).message;
    await expect(fitOnTeams([block], options)).rejects.toMatchObject({ code, message });
    await fitOnTeams([drawBlock({ rows: 50, features: 1, seed: 1 })], options);
  });

  it('gives way between passes, and waits for its turn', async () => {
    const [, team] = teams as [(typeof teams)[0], (typeof teams)[0]];
    const block = drawBlock({ rows: 20_000, features: 3, seed: 8 });
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const tree = team.fitTrees(
      [{ kind: 'numeric', values: block.columns[0] as Float64Array }],
      Uint8Array.from(block.labels),
      { trees: 3 },
    );
    const fits = [1, 2].map(() => team.fitLogistic([block], { C: 1, standardize: false }));
    const [one, two] = await Promise.all(fits);
    clearInterval(timer);
    expect(one).toEqual(two);
    expect((await tree).parameters.trees).toHaveLength(3);
    expect(turns).toBeGreaterThan(0);
  });
});
