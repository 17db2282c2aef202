/** Models of every kind and rows that are hard on them, made from a seed. */
import { createRandom, type Random } from '../../src/base/random.ts';
import type { StoredRow } from '../../src/core/columns/stored-rows.ts';
import {
  type Calibration,
  type Feature,
  type LearnerParameters,
  MODEL_FORMAT,
  type ModelDocument,
  type Tree,
} from '../../src/core/document/document.ts';
import { combineModels } from '../../src/core/models/combine.ts';
import { partsOf } from '../../src/core/models/learners.ts';

/** Levels that a careless comparison would take for each other, or that need care in a literal. */
const LEVELS = [
  'basic',
  'Basic',
  'basic ',
  "o'neill",
  'a\\b',
  'größe',
  'grösse',
  '東京',
  '',
  '1',
  '1.0',
  'x"y',
  'é',
  'e\u0301',
];
/** The empty text is missing in ONNX, and so is no level of these models. */
const MODEL_LEVELS = LEVELS.filter((level) => level !== '').slice(0, 10);

const INPUTS: ModelDocument['inputs'] = [
  { name: 'usage', kind: 'numeric' },
  { name: 'select "from" where', kind: 'numeric' },
  { name: 'plan', kind: 'categorical' },
  { name: 'Stadt `name`', kind: 'categorical' },
  { name: 'unused', kind: 'numeric' },
];

export const CALIBRATIONS: readonly Calibration[] = [
  { kind: 'none' },
  { kind: 'platt', slope: 1.7, intercept: -0.3 },
  { kind: 'beta', a: 1.3, b: 0.6, c: -0.2 },
  { kind: 'isotonic', from: [0.05, 0.3, 0.30001, 0.6, 0.95], to: [0.01, 0.25, 0.25, 0.5, 0.97] },
  { kind: 'isotonic', from: [0.5], to: [0.37] },
];

export function modelOf(
  features: readonly Feature[],
  learner: LearnerParameters,
  calibration: Calibration,
  changes: Partial<ModelDocument> = {},
): ModelDocument {
  return {
    format: MODEL_FORMAT,
    version: '0123456789ab',
    target: { column: 'exited', positive: '1' },
    id: 'client id',
    inputs: INPUTS,
    features,
    learner,
    calibration,
    threshold: 0.4,
    certificate: {
      trainedAt: '2026-01-02T03:04:05.000Z',
      version: '0.1.0',
      seed: 0,
      snapshot: { id: 'abc', rows: 10, positives: 4 },
      files: ['a.csv'],
      options: {},
      fit: {},
    },
    ...changes,
  };
}

/** Every feature kind that a linear model can have. */
export function linearModel(calibration: Calibration, seed: number): ModelDocument {
  const random = createRandom(seed);
  const [usage, odd, plan, town] = INPUTS.map(({ name }) => name) as [string, string, string, string];
  const features: Feature[] = [
    { kind: 'number', source: usage, missing: 0.1 },
    { kind: 'missing', source: usage },
    { kind: 'hinge', source: usage, knot: 1 / 3, missing: 0.1 },
    { kind: 'hinge', source: odd, knot: -7, missing: 2 },
    { kind: 'number', source: odd, missing: -0 },
    { kind: 'missing', source: plan },
    ...MODEL_LEVELS.map((level): Feature => ({ kind: 'level', source: plan, level })),
    { kind: 'level', source: town, level: '東京' },
  ];
  const coefficients = features.map(() => random.normal());
  const means = features.map(() => 0);
  return modelOf(
    features,
    { kind: 'logistic-regression', coefficients, intercept: -0.3, means },
    calibration,
  );
}

const TREE_FEATURES: readonly Feature[] = [
  { kind: 'number', source: 'usage', missing: null },
  { kind: 'category', source: 'plan', levels: MODEL_LEVELS },
  { kind: 'number', source: 'select "from" where', missing: 0.25 },
  { kind: 'category', source: 'Stadt `name`', levels: ['東京', 'größe'] },
  { kind: 'missing', source: 'usage' },
  { kind: 'level', source: 'plan', level: 'basic' },
];

/** Trees of `leaves` leaves grown at random; `chain`: each split under the last, as deep as can be. */
export function treesModel(
  calibration: Calibration,
  options: { trees: number; leaves: number; seed: number; chain?: boolean },
): ModelDocument {
  const random = createRandom(options.seed);
  const trees = Array.from({ length: options.trees }, () =>
    randomTree(options.leaves, options.chain ?? false, random),
  );
  return modelOf(TREE_FEATURES, { kind: 'boosted-trees', base: -0.2, trees }, calibration);
}

function randomTree(leaves: number, chain: boolean, random: Random): Tree {
  const nodes: { split: Split | null; left: number; right: number; value: number }[] = [leaf(random)];
  let open = [0];
  while (open.length < leaves) {
    const at = chain ? open.length - 1 : random.below(open.length);
    const node = open[at] as number;
    const [left, right] = [nodes.length, nodes.length + 1];
    nodes.push(leaf(random), leaf(random));
    nodes[node] = { split: randomSplit(random), left, right, value: 0 };
    const children = random.below(2) === 0 ? [left, right] : [right, left];
    open = [...open.slice(0, at), ...open.slice(at + 1), ...children];
  }
  return {
    feature: nodes.map(({ split }) => split?.feature ?? -1),
    threshold: nodes.map(({ split }) => split?.threshold ?? null),
    categories: nodes.map(({ split }) => split?.categories ?? null),
    missingLeft: nodes.map(({ split }) => split?.missingLeft ?? false),
    left: nodes.map(({ left }) => left),
    right: nodes.map(({ right }) => right),
    value: nodes.map(({ value }) => value),
    cover: nodes.map(() => 1),
  };
}

interface Split {
  readonly feature: number;
  readonly threshold: number | null;
  readonly categories: readonly number[] | null;
  readonly missingLeft: boolean;
}

const leaf = (random: Random) => ({ split: null, left: 0, right: 0, value: random.normal() / 10 });

function randomSplit(random: Random): Split {
  const feature = random.below(TREE_FEATURES.length);
  const missingLeft = random.below(2) === 1;
  const recipe = TREE_FEATURES[feature] as Feature;
  if (recipe.kind === 'category') {
    const categories = recipe.levels.map((_, code) => code).filter(() => random.below(2) === 1);
    return { feature, threshold: null, categories, missingLeft };
  }
  if (recipe.kind !== 'number') return { feature, threshold: 0.5, categories: null, missingLeft };
  const threshold = random.below(20) === 0 ? Number.MAX_VALUE : random.normal() * 3;
  return { feature, threshold, categories: null, missingLeft };
}

/** Rates of two columns of levels; the linear model of every kind, these, and trees, averaged. */
export function ensembleModel(
  calibration: Calibration,
  options: { trees: number; leaves: number; seed: number },
): ModelDocument {
  const random = createRandom(options.seed + 1);
  const rates: Feature[] = ['plan', 'Stadt `name`'].map((source) => ({
    kind: 'target-rate',
    source,
    levels: MODEL_LEVELS,
    rates: MODEL_LEVELS.map(() => random.uniform()),
    missing: random.uniform(),
    unseen: random.uniform(),
  }));
  const linear = linearModel(calibration, options.seed);
  const ofRates: LearnerParameters = {
    kind: 'logistic-regression',
    coefficients: [1.5, -2],
    intercept: 0.1,
    means: [0.3, 0.4],
  };
  const { features, learner } = combineModels([
    { name: 'linear', weight: 0.25, features: linear.features, learner: linear.learner },
    { name: 'rates', weight: 0.25, features: rates, learner: ofRates },
    ...[0, 1].map((fold) => {
      const part = treesModel(calibration, { ...options, seed: options.seed + fold });
      return { name: 'trees', weight: 0.25, features: part.features, learner: part.learner };
    }),
  ]);
  return modelOf(features, learner, calibration);
}

/** Rows with missing values, unseen and confusable levels, huge and tiny values, both zeros, and every threshold. */
export function hardRows(model: ModelDocument, count: number, seed: number): StoredRow[] {
  const random = createRandom(seed);
  const special = [0, -0, 1e15, -1e15, 5e-324, 1 / 3, 0.1, 2 ** 53, -7, 1e-300];
  const thresholds = (partsOf(model.learner).trees?.trees ?? [])
    .flatMap((tree) => tree.threshold.filter((value) => value !== null))
    .slice(0, 400);
  const edges = [...special, ...thresholds.filter((value) => Math.abs(value) < 1e20)];
  const number = (): number | null => {
    const kind = random.below(8);
    if (kind === 0) return null;
    return kind < 4 ? (edges[random.below(edges.length)] as number) : random.normal() * 4;
  };
  const level = (): string | null =>
    random.below(8) === 0 ? null : (['never seen', ...LEVELS][random.below(LEVELS.length + 1)] as string);
  return Array.from({ length: count }, () =>
    Object.fromEntries(model.inputs.map(({ name, kind }) => [name, kind === 'numeric' ? number() : level()])),
  );
}
