/** What is different between two stored models: how they came about, what they hold, and what they score today. */
import { asTidewatchError } from '../../base/errors.ts';
import type { ModelInput } from '../../core/columns/source-column.ts';
import { derivedWords } from '../../core/derived/derived-column.ts';
import type { Feature, LearnerParameters, ModelDocument } from '../../core/document/document.ts';
import { learnerText, partsOf } from '../../core/models/learners.ts';
import type { TestComparison } from '../../store/port/checks.ts';
import { readCurrent } from '../current.ts';
import type { WithLive, WithModel } from '../resources.ts';
import { compareOnTest } from './compare-models.ts';
import { resolveModel } from './model-names.ts';
import { documentOf } from './stored-model.ts';

/** A value of both models. */
export interface Change<T> {
  readonly from: T;
  readonly to: T;
}

/** What only one of them has. */
export interface SetChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export interface ModelDiff {
  readonly from: string;
  readonly to: string;
  readonly learner: Change<string>;
  readonly target: Change<string>;
  readonly threshold: Change<{ readonly value: number; readonly reason: string | null }>;
  readonly calibration: Change<string>;
  readonly inputs: SetChange;
  readonly features: SetChange;
  /** Options of the learner that are not equal; undefined values are told as null. */
  readonly options: readonly ({ readonly name: string } & Change<unknown>)[];
  /** Of logistic regressions, by feature, the largest change first; null where a feature is not there. */
  readonly coefficients: readonly ({ readonly feature: string } & Change<number | null>)[];
  /** Trees and leaves; null for a model without trees. */
  readonly size: Change<ModelSize | null>;
  readonly training: Change<TrainingFacts>;
  readonly files: SetChange;
  /** Both on the test data of today, the second as the challenger; null where that cannot be done. */
  readonly test: TestComparison | null;
  /** Why not; null where they were compared. */
  readonly notCompared: string | null;
}

export interface ModelSize {
  readonly trees: number;
  readonly leaves: number;
}

export interface TrainingFacts {
  readonly trainedAt: string;
  /** Version of Tidewatch. */
  readonly version: string;
  readonly seed: number;
  readonly snapshot: string;
  readonly rows: number;
  readonly positives: number;
}

/** Compares the models of two names. Errors as `resolveModel`. */
export async function diffModels(resources: WithModel, from: string, to: string): Promise<ModelDiff> {
  const [old, young] = [await namedDocument(resources, from), await namedDocument(resources, to)];
  const change = <T>(read: (model: ModelDocument) => T): Change<T> => ({ from: read(old), to: read(young) });
  const set = (read: (model: ModelDocument) => readonly string[]): SetChange =>
    setChange(read(old), read(young));
  return {
    from: old.version,
    to: young.version,
    learner: change(({ learner }) => learnerText(learner)),
    target: change(({ target }) => `${target.column} = ${target.positive}`),
    threshold: change(({ threshold, certificate }) => ({
      value: threshold,
      reason: certificate.threshold?.reason ?? null,
    })),
    calibration: change(({ calibration }) => calibration.kind),
    inputs: set(({ inputs }) => inputs.map(inputText)),
    features: set((model) => model.features.map(nameOfFeature)),
    options: changedOptions(old.certificate.options, young.certificate.options),
    coefficients: coefficientChanges(old, young),
    size: change(({ learner }) => sizeOfLearner(learner)),
    training: change(trainingOf),
    files: set(({ certificate }) => certificate.files),
    ...(await testOf(resources, old, young)),
  };
}

/** A feature in words. */
export function nameOfFeature(feature: Feature): string {
  if (feature.kind === 'level') return `${feature.source} is ${feature.level}`;
  if (feature.kind === 'missing') return `${feature.source} is missing`;
  if (feature.kind === 'hinge') return `${feature.source} above ${feature.knot}`;
  if (feature.kind === 'target-rate') return `rate of ${feature.source}`;
  return feature.source;
}

/** Trees and leaves of a learner; null where it has no trees. */
export function sizeOfLearner(learner: LearnerParameters): ModelSize | null {
  const { trees } = partsOf(learner);
  return trees === null ? null : sizeOfTrees(trees.trees);
}

function sizeOfTrees(trees: readonly { readonly feature: readonly number[] }[]): ModelSize {
  const leaves = trees.reduce((sum, { feature }) => sum + feature.filter((each) => each < 0).length, 0);
  return { trees: trees.length, leaves };
}

async function namedDocument(resources: WithLive, name: string): Promise<ModelDocument> {
  return documentOf(await resolveModel(resources, name));
}

function setChange(old: readonly string[], young: readonly string[]): SetChange {
  return {
    added: young.filter((name) => !old.includes(name)),
    removed: old.filter((name) => !young.includes(name)),
  };
}

type Options = Readonly<Record<string, unknown>>;

function changedOptions(old: Options, young: Options): ModelDiff['options'] {
  const [before, after] = [new Map(flatOptions(old)), new Map(flatOptions(young))];
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((name) => ({ name, from: before.get(name) ?? null, to: after.get(name) ?? null }))
    .filter(({ from, to }) => JSON.stringify(from) !== JSON.stringify(to));
}

/** Options within options by a name with dots. */
function flatOptions(options: Options, within = ''): [string, unknown][] {
  return Object.entries(options).flatMap(([key, value]): [string, unknown][] => {
    const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isGroup ? flatOptions(value as Options, `${within}${key}.`) : [[`${within}${key}`, value]];
  });
}

function coefficientChanges(old: ModelDocument, young: ModelDocument): ModelDiff['coefficients'] {
  const [before, after] = [coefficientsOf(old), coefficientsOf(young)];
  const size = ({ from, to }: Change<number | null>): number => Math.abs((to ?? 0) - (from ?? 0));
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((feature) => ({ feature, from: before.get(feature) ?? null, to: after.get(feature) ?? null }))
    .sort((a, b) => size(b) - size(a));
}

function coefficientsOf({ learner, features }: ModelDocument): Map<string, number> {
  const { linear } = partsOf(learner);
  if (linear === null) return new Map();
  const named = features
    .slice(0, linear.coefficients.length)
    .map((feature, at): [string, number] => [nameOfFeature(feature), linear.coefficients[at] ?? Number.NaN]);
  return new Map([...named, ['(intercept)', linear.intercept]]);
}

function trainingOf({ certificate }: ModelDocument): TrainingFacts {
  const { trainedAt, version, seed, snapshot } = certificate;
  return {
    trainedAt,
    version,
    seed,
    snapshot: snapshot.id,
    rows: snapshot.rows,
    positives: snapshot.positives,
  };
}

/** A model may read what the test data of today does not have; all else of the two can still be compared. */
async function testOf(
  resources: WithModel,
  old: ModelDocument,
  young: ModelDocument,
): Promise<Pick<ModelDiff, 'test' | 'notCompared'>> {
  try {
    return { test: await compareOnTest(resources, old, young, readCurrent(resources)), notCompared: null };
  } catch (thrown) {
    const error = asTidewatchError(thrown);
    if (error.code === 'internal') throw thrown;
    return { test: null, notCompared: error.message };
  }
}

function inputText({ name, kind, derived }: ModelInput): string {
  return `${name} (${derived === undefined ? kind : derivedWords(derived)})`;
}
