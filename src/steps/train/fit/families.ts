/** The families of candidates: how each is fitted, what of it the folds choose, and how simple it is. */
import type { CandidateSpec, EnsembleSpec, SingleSpec } from '../../../core/learners/candidates.ts';
import { numberClients, smallerClassClients } from '../../../core/learners/client-folds.ts';
import { defaultLinearPath, fitBaseRate } from '../../../core/learners/linear-path.ts';
import { combineModels } from '../../../core/models/combine.ts';
import { fitLinear, fitLinearPoints } from './linear.ts';
import {
  type Compute,
  type FitRows,
  type FittedCandidate,
  type FittedPath,
  type HeldRows,
  joinLabels,
} from './rows.ts';
import { fitTrees, fitTreesPath } from './trees.ts';

/** What the folds choose of a candidate: a point on its way from the simplest form to the richest. */
export interface Tuning {
  /** Fits every form on the rows, with the loss of each on those held. */
  path(rows: FitRows, held: HeldRows, compute: () => Compute): Promise<FittedPath>;
  /** The candidate at this point. */
  at(point: number): SingleSpec;
}

/** The rows that a candidate is tuned on. */
interface TuningRows {
  readonly labels: Float64Array;
  /** The client of each row; null: each row is a client of its own. */
  readonly clients: Int32Array | null;
}

interface Family<Spec> {
  /** Orders the candidates of a choice; simpler ones have less. */
  complexity(spec: Spec): number;
  /** null: this candidate is as it is. */
  tuning(spec: Spec, rows: TuningRows): Tuning | null;
  fit(
    spec: Spec,
    rows: FitRows,
    compute: () => Compute,
    onTrees: (grown: number) => void,
  ): Promise<FittedCandidate>;
}

const FAMILIES: { readonly [Spec in CandidateSpec as Spec['family']]: Family<Spec> } = {
  'base-rate': {
    complexity: () => 0,
    tuning: () => null,
    fit: async (_, { labels }) => ({
      features: [],
      learner: fitBaseRate(joinLabels(labels)),
      fit: {},
      notes: [],
    }),
  },
  'logistic-regression': {
    complexity: ({ knots }) => (knots === 0 ? 1 : 2),
    tuning(spec, { labels, clients }) {
      if (!spec.tuned) return null;
      // As weak as the clients of the smaller class allow.
      const smaller = smallerClassClients(labels, numberClients(labels.length, clients));
      const points = defaultLinearPath(spec.l1Share ?? 0, smaller);
      return {
        path: async (rows, held) => fitLinearPoints(spec, rows, held, points),
        at(point) {
          const { C = spec.options.C, l1Share = 0 } = points[point] ?? {};
          return { ...spec, tuned: false, options: { ...spec.options, C }, l1Share };
        },
      };
    },
    fit: fitLinear,
  },
  'boosted-trees': {
    complexity: ({ shape }) => 10 + shape.leaves,
    tuning: (spec) =>
      spec.stop !== 'folds'
        ? null
        : {
            path: (rows, held, compute) => fitTreesPath(spec, rows, held, compute()),
            at: (point) => ({
              ...spec,
              stop: 'options',
              options: { ...spec.options, trees: Math.max(1, point) },
            }),
          },
    fit: (spec, rows, compute, onTrees) => fitTrees(spec, rows, compute(), onTrees),
  },
  ensemble: { complexity: () => Number.POSITIVE_INFINITY, tuning: () => null, fit: fitEnsemble },
};

/** The record of this candidate's family, which takes candidates of that family. */
function familyOf<Spec extends CandidateSpec>({ family }: Spec): Family<Spec> {
  return FAMILIES[family] as unknown as Family<Spec>;
}

export function complexityOf(spec: CandidateSpec): number {
  return familyOf(spec).complexity(spec);
}

export function tuningOf(spec: SingleSpec, rows: TuningRows): Tuning | null {
  return familyOf(spec).tuning(spec, rows);
}

/**
 * Fits one candidate: its recipe on the rows given, then its learner on what the recipe makes of them. Nothing but these
 * rows is looked at, so that a fold cannot leak into another. `onTrees` is called with the number of trees as they grow.
 */
export function fitCandidate(
  spec: CandidateSpec,
  rows: FitRows,
  compute: () => Compute,
  onTrees: (grown: number) => void = () => {},
): Promise<FittedCandidate> {
  return familyOf(spec).fit(spec, rows, compute, onTrees);
}

async function fitEnsemble(
  { members }: EnsembleSpec,
  rows: FitRows,
  compute: () => Compute,
  onTrees: (grown: number) => void,
): Promise<FittedCandidate> {
  const fitted: FittedCandidate[] = [];
  for (const { spec } of members) fitted.push(await fitCandidate(spec, rows, compute, onTrees));
  return combineFits(
    members.map(({ weight, spec }, index) => ({
      name: spec.name,
      weight,
      fitted: fitted[index] as FittedCandidate,
    })),
  );
}

/** The weighted average of fits on the margin; the weights sum to 1. */
export function combineFits(
  parts: readonly { readonly name: string; readonly weight: number; readonly fitted: FittedCandidate }[],
): FittedCandidate {
  const combined = combineModels(
    parts.map(({ name, weight, fitted: { features, learner } }) => ({ name, weight, features, learner })),
  );
  const fits = new Map(parts.map(({ name, fitted }) => [name, fitted.fit]));
  const notes = [...new Set(parts.flatMap(({ fitted }) => fitted.notes))];
  return { ...combined, fit: { members: Object.fromEntries(fits) }, notes };
}
