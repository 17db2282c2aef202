/** What boosted trees promise, on every runtime: the reference, compiled kernels, and teams of threads. */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Random } from '../../src/base/random.ts';
import { createRandom } from '../../src/base/random.ts';
import type { BoostingColumn } from '../../src/core/learners/boosting/binner.ts';
import type { BoostedFit, BoostingRequest } from '../../src/core/learners/boosting/fit.ts';
import { fitBoostedTrees } from '../../src/core/learners/boosting/fit.ts';
import { createReferenceRuntime } from '../../src/core/learners/boosting/reference.ts';
import { createBoostingRuntime } from '../../src/core/learners/boosting/runtime.ts';
import { binColumns } from '../../src/core/learners/boosting/table.ts';
import { marginsOf } from '../../src/core/models/margins.ts';
import type { Team } from '../../src/steps/train/team.ts';
import { createTeam } from '../../src/steps/train/team.ts';

const teams: readonly Team[] = [2, 4].map((threads) => createTeam({ threads }));
const [teamOfTwo, teamOfFour] = teams as [Team, Team];
const compiled = createBoostingRuntime();
const reference = createReferenceRuntime();
afterAll(async () => {
  await Promise.all(teams.map((team) => team.close()));
});

interface Data {
  readonly columns: BoostingColumn[];
  readonly labels: Uint8Array;
}

const numbers = (rows: number, make: () => number): BoostingColumn => ({
  kind: 'numeric',
  values: Float64Array.from({ length: rows }, make),
});
const codes = (rows: number, levels: number, random: Random): BoostingColumn => ({
  kind: 'categorical',
  codes: Int32Array.from({ length: rows }, () => random.below(levels + 1) - 1),
  levels,
});

/** The value of a column as the scorer of models reads it: levels by code, missing as NaN. */
function raw(column: BoostingColumn): Float64Array {
  if (column.kind === 'numeric') return Float64Array.from(column.values);
  return Float64Array.from(column.codes, (code) => (code < 0 ? Number.NaN : code));
}

/** Labels drawn from a logistic model with a product, missing values and levels that matter. */
function drawLabels(columns: readonly BoostingColumn[], rows: number, random: Random): Uint8Array {
  const values = columns.map(raw);
  const effect = (column: number, row: number): number => {
    const value = values[column]?.[row] ?? 0;
    if (Number.isNaN(value)) return 0.8;
    return columns[column]?.kind === 'categorical' ? ((value * 7) % 5) - 2 : Math.max(-3, Math.min(3, value));
  };
  return Uint8Array.from({ length: rows }, (_, row) => {
    const margin = effect(0, row) - effect(1, row) * effect(2, row) + effect(3, row) + effect(4, row);
    return random.uniform() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
  });
}

/** Every kind of column at once. */
function drawData(rows: number, seed: number): Data {
  const random = createRandom(seed);
  const columns = [
    numbers(rows, () => random.normal()),
    numbers(rows, () => (random.uniform() < 0.2 ? Number.NaN : random.normal())),
    numbers(rows, () => random.below(4)),
    codes(rows, 40, random),
    codes(rows, 3, random),
    codes(rows, 400, random),
    numbers(rows, () => 7),
    numbers(rows, () => Number.NaN),
    numbers(
      rows,
      () => [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY][random.below(9)] ?? 1,
    ),
    { kind: 'numeric', values: Float32Array.from({ length: rows }, () => random.normal()) },
  ] satisfies BoostingColumn[];
  return { columns, labels: drawLabels(columns, rows, random) };
}

function bits({ parameters, margins, report }: BoostedFit): string {
  return JSON.stringify([parameters, margins === null ? null : Array.from(margins), report.validationLosses]);
}

/** Fits on all runtimes, expects the same bits of each, and returns the fit. */
async function fitEverywhere({ columns, labels }: Data, request: BoostingRequest): Promise<BoostedFit> {
  const wanted = { ...request, margins: true };
  const defined = fitBoostedTrees(columns, labels, wanted, reference);
  const expected = bits(defined);
  expect(bits(fitBoostedTrees(columns, labels, wanted, compiled))).toBe(expected);
  for (const team of teams) expect(bits(await team.fitTrees(columns, labels, wanted))).toBe(expected);
  return defined;
}

function logLoss(margins: Float64Array, labels: Uint8Array): number {
  const losses = Array.from(margins, (margin, row) =>
    Math.log1p(Math.exp(labels[row] === 1 ? -margin : margin)),
  );
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

const everyTenth = (rows: number): Uint32Array =>
  Uint32Array.from({ length: rows / 10 }, (_, index) => index * 10);

describe('boosted trees', () => {
  it('run on compiled kernels, with the threads asked for', () => {
    expect(compiled.kind).toBe('wasm');
    expect([teamOfTwo.threads, teamOfFour.threads]).toEqual([2, 4]);
  });

  it.each<[string, BoostingRequest]>([
    ['plain options', {}],
    ['samples of rows and columns', { rowSample: 0.6, columnSample: 0.5, seed: 3 }],
    ['a depth limit, penalties and small leaves', { maxDepth: 3, l2: 2, minRows: 1, minHessian: 0.5 }],
    ['monotone constraints', { monotone: [1, -1, 1, 0, 0, 0, 0, 0, 0, 1] }],
    ['few bins and every level singly', { maxBins: 16, oneAgainstRest: 255 }],
    ['early stopping', { validationRows: everyTenth(17_000), patience: 3, learningRate: 0.5, leaves: 40 }],
    ['rows chosen', { rows: everyTenth(17_000).map((row) => row + 1) }],
    ['symmetric trees', { symmetric: true, leaves: 64, l2: 1, columnSample: 0.7 }],
    ['several steps to each leaf', { leafSteps: 4, validationRows: everyTenth(17_000) }],
    ['several steps to the leaves of symmetric trees', { symmetric: true, leafSteps: 3, leaves: 64, l2: 1 }],
    ['weights', { weights: Float64Array.from({ length: 17_000 }, (_, row) => (row % 7) / 3) }],
  ])('give the same bits on every runtime with %s', async (_, request) => {
    const fit = await fitEverywhere(drawData(17_000, 1), { trees: 5, ...request });
    expect(fit.parameters.trees.length).toBeGreaterThan(0);
  });

  it('give the same bits on every runtime for small tables of any shape', async () => {
    const shape = fc.record({
      rows: fc.integer({ min: 2, max: 400 }),
      seed: fc.nat(1000),
      minRows: fc.integer({ min: 1, max: 4 }),
      leaves: fc.integer({ min: 2, max: 9 }),
      l2: fc.constantFrom(0, 0.1, 3),
      learningRate: fc.constantFrom(0.1, 1, 5),
      maxBins: fc.constantFrom(4, 30, 255),
      oneAgainstRest: fc.constantFrom(0, 4, 255),
      signs: fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 10, maxLength: 10 }),
      isWeighted: fc.boolean(),
      symmetric: fc.boolean(),
      leafSteps: fc.constantFrom(1, 3),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ rows, seed, signs: drawn, isWeighted, l2: penalty, ...options }) => {
        const signs = options.symmetric || options.leafSteps > 1 ? [] : drawn;
        const l2 = options.symmetric ? Math.max(0.1, penalty) : penalty;
        const { columns, labels } = drawData(rows, seed);
        labels.set([0, 1]);
        const monotone = columns.map(({ kind }, index) => (kind === 'numeric' ? (signs[index] ?? 0) : 0));
        const random = createRandom(seed, 1);
        const weights = Float64Array.from(labels, (_, row) => (row < 2 ? 1 : random.below(4) / 2));
        const request = { trees: 4, minHessian: 0, monotone, l2, ...options, ...(isWeighted && { weights }) };
        await fitEverywhere({ columns, labels }, request);
      }),
      { numRuns: 30 },
    );
  });

  it('score raw values as they scored bins, bit for bit', async () => {
    const data = drawData(5000, 2);
    const fit = await fitEverywhere(data, { trees: 8, minRows: 2 });
    const out = new Float64Array(5000);
    marginsOf(fit.parameters)(data.columns.map(raw), 5000, out);
    expect(out).toEqual(fit.margins);
  });

  it('learn: the loss falls far below that of the base rate', () => {
    const { columns, labels } = drawData(20_000, 4);
    const request = { trees: 60, rows: Uint32Array.from({ length: 15_000 }, (_, row) => row), margins: true };
    const { margins, parameters } = fitBoostedTrees(columns, labels, request, compiled);
    const held = margins?.subarray(15_000) ?? new Float64Array(0);
    const answers = labels.subarray(15_000);
    const baseLoss = logLoss(
      held.map(() => parameters.base),
      answers,
    );
    expect(logLoss(held, answers)).toBeLessThan(0.75 * baseLoss);
  });

  it('end at the value of each leaf that lowers its loss most, where enough steps are taken to it', () => {
    const { columns, labels } = drawData(3000, 7);
    const request = { trees: 1, learningRate: 1, leafSteps: 30, l2: 2, leaves: 8, margins: true };
    const { parameters, margins } = fitBoostedTrees(columns, labels, request, compiled);
    const slopes = new Map<number, number>();
    margins?.forEach((margin, row) => {
      const value = margin - parameters.base;
      const slope = 1 / (1 + Math.exp(-margin)) - (labels[row] as number);
      slopes.set(value, (slopes.get(value) ?? 2 * value) + slope);
    });
    expect(slopes.size).toBe(8);
    for (const slope of slopes.values()) expect(Math.abs(slope)).toBeLessThan(1e-5);
  });

  it('refuse several steps to a leaf beside monotone features', () => {
    const { columns, labels } = drawData(100, 7);
    const monotone = columns.map((_, index) => (index === 0 ? 1 : 0));
    expect(() => fitBoostedTrees(columns, labels, { leafSteps: 2, monotone }, compiled)).toThrow(
      'boosting option leafSteps must be 1 with monotone features',
    );
  });

  it('that are symmetric split all nodes of a level alike, by what gains most over them', () => {
    const { columns, labels } = drawData(3000, 6);
    const request = { trees: 4, symmetric: true, leaves: 16, l2: 1 };
    for (const tree of fitBoostedTrees(columns, labels, request, compiled).parameters.trees) {
      const splitsOf = (nodes: readonly number[]): unknown[] =>
        nodes
          .filter((node) => (tree.feature[node] as number) >= 0)
          .map((node) => [
            tree.feature[node],
            tree.threshold[node],
            tree.categories[node],
            tree.missingLeft[node],
          ]);
      let level = [0];
      for (let depth = 0; depth < 4; depth++) {
        expect(new Set(splitsOf(level).map((split) => JSON.stringify(split))).size).toBe(1);
        level = level.flatMap((node) =>
          (tree.feature[node] as number) < 0 ? [] : [tree.left[node] as number, tree.right[node] as number],
        );
      }
      expect(splitsOf(level)).toEqual([]);
    }
  });

  it('that are symmetric find a product of two columns, which the first split alone does not see', () => {
    const random = createRandom(8);
    const values = [0, 1].map(() => Float64Array.from({ length: 2000 }, () => random.normal()));
    const labels = Uint8Array.from({ length: 2000 }, (_, row) =>
      (values[0]?.[row] ?? 0) * (values[1]?.[row] ?? 0) > 0 ? 1 : 0,
    );
    const data = values.map((column): BoostingColumn => ({ kind: 'numeric', values: column }));
    const request = { trees: 50, symmetric: true, leaves: 16, l2: 1, margins: true };
    const { margins } = fitBoostedTrees(data, labels, request, compiled);
    expect(logLoss(margins ?? new Float64Array(0), labels)).toBeLessThan(0.2);
  });

  it('count the training rows of each node as its cover', () => {
    const { columns, labels } = drawData(3000, 5);
    const { parameters } = fitBoostedTrees(columns, labels, { trees: 3 }, compiled);
    for (const { feature, left, right, cover } of parameters.trees) {
      expect(cover[0]).toBe(3000);
      feature.forEach((split, node) => {
        if (split < 0) return;
        expect((cover[left[node] as number] as number) + (cover[right[node] as number] as number)).toBe(
          cover[node],
        );
      });
    }
  });

  it('send missing values to the side where they belong', () => {
    const values = Float64Array.from({ length: 400 }, (_, row) => (row % 4 === 0 ? Number.NaN : row % 4));
    for (const [labels, likeMissing] of [
      [values.map((value) => (Number.isNaN(value) || value === 1 ? 1 : 0)), true],
      [values.map((value) => (Number.isNaN(value) || value === 3 ? 1 : 0)), false],
    ] as const) {
      const request = { trees: 1, leaves: 2, minRows: 1 };
      const data: BoostingColumn[] = [{ kind: 'numeric', values }];
      const tree = fitBoostedTrees(data, Uint8Array.from(labels), request, compiled).parameters.trees[0];
      expect(tree?.missingLeft[0]).toBe(likeMissing);
      expect(tree?.threshold[0]).toBe(likeMissing ? 1.5 : 2.5);
    }
  });

  it('split missing from all values where that is what matters', async () => {
    const values = Float64Array.from({ length: 300 }, (_, row) => (row % 3 === 0 ? Number.NaN : row));
    const labels = Uint8Array.from(values, (value, row) =>
      Number.isNaN(value) !== (row % 30 === 0) ? 1 : 0,
    );
    const fit = await fitEverywhere(
      { columns: [{ kind: 'numeric', values }], labels },
      { trees: 1, leaves: 2 },
    );
    expect(fit.parameters.trees[0]?.cover).toEqual([300, 200, 100]);
    expect(fit.parameters.trees[0]?.missingLeft[0]).toBe(false);
  });

  it('send levels that a node has not seen where missing goes', async () => {
    const column: BoostingColumn = {
      kind: 'categorical',
      codes: Int32Array.from({ length: 300 }, (_, row) => (row % 3) - 1),
      levels: 5,
    };
    const labels = Uint8Array.from({ length: 300 }, (_, row) => (row % 3 === 2 || row % 20 === 0 ? 1 : 0));
    const fit = await fitEverywhere({ columns: [column], labels }, { trees: 1, leaves: 2 });
    const tree = fit.parameters.trees[0];
    const left = tree?.categories[0] ?? [];
    for (const unseen of [2, 3, 4]) expect(left.includes(unseen)).toBe(tree?.missingLeft[0]);
  });

  it.each([
    [1, (a: number, b: number) => b >= a],
    [-1, (a: number, b: number) => b <= a],
  ])('keep the margin monotone with sign %i, whatever the other features are', (sign, inOrder) => {
    const random = createRandom(6);
    const columns = [numbers(4000, () => random.below(20)), numbers(4000, () => random.normal())];
    const [first, second] = columns.map(raw) as [Float64Array, Float64Array];
    const labels = Uint8Array.from({ length: 4000 }, (_, row) => {
      const margin = 2 * Math.sin(first[row] as number) + (second[row] as number);
      return random.uniform() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
    });
    const { parameters } = fitBoostedTrees(columns, labels, { trees: 50, monotone: [sign, 0] }, compiled);
    for (const other of [-2, -0.3, 0, 1.7]) {
      const margins = new Float64Array(20);
      const grid = [Float64Array.from({ length: 20 }, (_, value) => value), new Float64Array(20).fill(other)];
      marginsOf(parameters)(grid, 20, margins);
      margins.forEach((margin, index) => {
        if (index > 0) expect(inOrder(margins[index - 1] as number, margin)).toBe(true);
      });
    }
  });

  it('stop early and keep the trees up to the best validation loss', () => {
    const { columns, labels } = drawData(2000, 7);
    const request = { trees: 200, learningRate: 0.5, patience: 5, validationRows: everyTenth(2000) };
    const { report, parameters } = fitBoostedTrees(columns, labels, request, compiled);
    const { validationLosses, treesGrown, treesUsed } = report;
    expect(treesGrown).toBeLessThan(200);
    expect(treesGrown - treesUsed).toBe(5);
    expect(parameters.trees).toHaveLength(treesUsed);
    expect(validationLosses).toHaveLength(treesGrown + 1);
    expect(validationLosses[treesUsed]).toBe(Math.min(...validationLosses));
  });

  it('keep what they grew on request, with the validation loss of every number of trees', () => {
    const data = drawData(2000, 11);
    const labels = data.labels.map((label, row) => (row % 3 === 0 ? 1 - label : label));
    const validationRows = everyTenth(2000);
    const request = { trees: 60, learningRate: 0.4, patience: 6, columnSample: 0.3, validationRows };
    const kept = fitBoostedTrees(data.columns, labels, { ...request, keepGrown: true, margins: true });
    const cut = fitBoostedTrees(data.columns, labels, request);
    const { validationLosses, treesGrown, treesUsed } = kept.report;
    expect(kept.parameters.trees).toHaveLength(treesGrown);
    expect(treesUsed).toBe(treesGrown);
    expect(validationLosses).toEqual(cut.report.validationLosses);
    expect(cut.parameters.trees).toEqual(kept.parameters.trees.slice(0, cut.report.treesUsed));
    expect(cut.report.treesUsed).toBeLessThan(treesGrown);

    const held = (values: Float64Array) => Float64Array.from(validationRows, (row) => values[row] as number);
    const outcomes = Uint8Array.from(validationRows, (row) => labels[row] as number);
    const columns = data.columns.map((column) => held(raw(column)));
    validationLosses.forEach((loss, trees) => {
      const parameters = { ...kept.parameters, trees: kept.parameters.trees.slice(0, trees) };
      const margins = new Float64Array(validationRows.length);
      marginsOf(parameters)(columns, validationRows.length, margins);
      expect(logLoss(margins, outcomes)).toBeCloseTo(loss, 12);
    });
    const all = new Float64Array(2000);
    marginsOf(kept.parameters)(data.columns.map(raw), 2000, all);
    expect(Array.from(kept.margins ?? [])).toEqual(Array.from(all));
  });

  it('do not learn from validation rows or from rows of weight 0', () => {
    const { columns, labels } = drawData(1000, 8);
    const turned = labels.map((label, row) => (row < 100 ? 1 - label : label));
    const weights = new Float64Array(1000).fill(1).fill(0, 0, 100);
    const table = binColumns(columns, 255, compiled);
    const learn = (target: Uint8Array, request: BoostingRequest): BoostedFit['parameters'] =>
      fitBoostedTrees(table, target, { trees: 10, ...request }, compiled).parameters;
    expect(learn(turned, { weights })).toEqual(learn(labels, { weights }));
    const rest = Uint32Array.from({ length: 900 }, (_, row) => row + 100);
    expect(learn(labels, { rows: rest })).toEqual(learn(labels, { weights }));
    const validationRows = Uint32Array.from({ length: 100 }, (_, row) => row);
    const stopped = fitBoostedTrees(table, turned, { trees: 10, validationRows }, compiled);
    const { treesUsed } = stopped.report;
    expect(stopped.parameters.trees).toEqual(learn(labels, { rows: rest }).trees.slice(0, treesUsed));
  });

  it('take a row of weight 2 for two rows', () => {
    const rows = 200;
    const random = createRandom(9);
    const columns = [
      ...Array.from({ length: 4 }, () => numbers(rows, () => random.normal())),
      codes(rows, 8, random),
    ];
    const labels = drawLabels(columns, rows, random);
    const weights = Float64Array.from({ length: rows }, (_, row) => 1 + (row % 2));
    const order = Array.from(weights.keys()).flatMap((row) => (row % 2 === 0 ? [row] : [row, row]));
    const repeated = columns.map((column): BoostingColumn => {
      const values = raw(column);
      const picked = order.map((row) => values[row] as number);
      if (column.kind === 'numeric') return { kind: 'numeric', values: Float64Array.from(picked) };
      return { ...column, codes: Int32Array.from(picked, (code) => (Number.isNaN(code) ? -1 : code)) };
    });
    const request = { trees: 10, leaves: 6, minRows: 1, minHessian: 2, margins: true };
    const weighted = fitBoostedTrees(columns, labels, { ...request, weights }, compiled);
    const doubled = Uint8Array.from(order, (row) => labels[row] as number);
    const plain = fitBoostedTrees(repeated, doubled, request, compiled);
    const margins = plain.margins ?? new Float64Array(0);
    expect(margins).toHaveLength(300);
    margins.forEach((margin, index) => {
      expect(margin).toBeCloseTo(weighted.margins?.[order[index] as number] as number, 5);
    });
  });

  it('handle a table of 500 columns', async () => {
    const random = createRandom(10);
    const columns = Array.from({ length: 500 }, () => numbers(300, () => random.normal()));
    const labels = drawLabels(columns, 300, random);
    const fit = await fitEverywhere({ columns, labels }, { trees: 2, leaves: 8 });
    expect(fit.parameters.trees).toHaveLength(2);
  });

  it('answer with the base rate when no feature says anything', async () => {
    const columns = [numbers(100, () => 3), numbers(100, () => Number.NaN)];
    const labels = Uint8Array.from({ length: 100 }, (_, row) => (row % 4 === 0 ? 1 : 0));
    const fit = await fitEverywhere({ columns, labels }, {});
    expect(fit.parameters).toEqual({ kind: 'boosted-trees', base: Math.log(1 / 3), trees: [] });
    expect(fit.margins?.every((margin) => margin === Math.log(1 / 3))).toBe(true);
  });

  it.each<[string, number[], BoostingRequest, RegExp, string]>([
    ['one class', [1, 1, 1], {}, /all 3 rows to learn from have the label 1/, 'one-class'],
    ['one row', [1], {}, /all 1 rows to learn from have the label 1/, 'one-class'],
    ['no row', [], {}, /no row to learn from/, 'too-few-rows'],
    ['a label that is not 0 or 1', [0, 1, 2], {}, /label of row 2 is 2/, 'value-invalid'],
    [
      'a weight below 0',
      [0, 1],
      { weights: Float64Array.of(1, -1) },
      /weight of row 1 is -1/,
      'value-invalid',
    ],
    [
      'an option out of range',
      [0, 1],
      { leaves: 1 },
      /leaves is 1; expected a whole number from 2/,
      'value-invalid',
    ],
    ['half a tree', [0, 1], { trees: 1.5 }, /trees is 1.5; expected a whole number/, 'value-invalid'],
    [
      'a depth of 0',
      [0, 1],
      { maxDepth: 0 },
      /maxDepth is 0; expected null or a whole number/,
      'value-invalid',
    ],
    [
      'constraints for other features',
      [0, 1],
      { monotone: [0, 1] },
      /2 entries for 1 features/,
      'value-invalid',
    ],
    ['a constraint of no sign', [0, 1], { monotone: [2] }, /may hold only -1, 0 and 1/, 'value-invalid'],
  ])('refuse %s', (_, labels, request, message, code) => {
    const column: BoostingColumn = { kind: 'numeric', values: Float64Array.from(labels, (__, row) => row) };
    const attempt = (): unknown => fitBoostedTrees([column], Uint8Array.from(labels), request, compiled);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(expect.objectContaining({ code }));
  });

  it('refuse a monotone constraint on levels', () => {
    const column: BoostingColumn = { kind: 'categorical', codes: Int32Array.of(0, 1), levels: 2 };
    expect(() => fitBoostedTrees([column], Uint8Array.of(0, 1), { monotone: [1] }, compiled)).toThrow(
      /feature 0 is categorical and cannot be monotone/,
    );
  });

  it('give the same bits again, and leave no memory taken', () => {
    const { columns, labels } = drawData(3000, 11);
    const mark = compiled.mark();
    const first = fitBoostedTrees(columns, labels, { trees: 5, margins: true }, compiled);
    const second = fitBoostedTrees(columns, labels, { trees: 5, margins: true }, compiled);
    expect(bits(second)).toBe(bits(first));
    expect(compiled.mark()).toBe(mark);
  });
});

describe('a team', () => {
  it('fits one after the other when asked for two at once', async () => {
    const one = drawData(20_000, 12);
    const two = drawData(15_000, 13);
    const [first, second] = await Promise.all([
      teamOfTwo.fitTrees(one.columns, one.labels, { trees: 5 }),
      teamOfTwo.fitTrees(two.columns, two.labels, { trees: 5 }),
    ]);
    expect(bits(first)).toBe(bits(fitBoostedTrees(one.columns, one.labels, { trees: 5 }, compiled)));
    expect(bits(second)).toBe(bits(fitBoostedTrees(two.columns, two.labels, { trees: 5 }, compiled)));
  });

  it('gives way to other work between trees', async () => {
    const { columns, labels } = drawData(2000, 14);
    let turns = 0;
    const counting = setInterval(() => turns++, 0);
    const fit = await teamOfTwo.fitTrees(columns, labels, { trees: 50 });
    clearInterval(counting);
    expect(fit.parameters.trees).toHaveLength(50);
    expect(turns).toBeGreaterThan(1);
  });

  it('goes on after a fit that was refused', async () => {
    const { columns, labels } = drawData(500, 15);
    await expect(teamOfTwo.fitTrees(columns, labels, { leaves: 0 })).rejects.toThrow(/leaves is 0/);
    expect((await teamOfTwo.fitTrees(columns, labels, { trees: 2 })).parameters.trees).toHaveLength(2);
  });

  it('ends its workers on close', async () => {
    const team = createTeam({ threads: 3 });
    const { columns, labels } = drawData(20_000, 16);
    await team.fitTrees(columns, labels, { trees: 2 });
    await expect(team.close()).resolves.toBeUndefined();
  });
});
