/** The kinds of learners that a document may hold: what each is made of. All that is done with a learner goes by its parts. */
import type {
  BoostedTreesParameters,
  EnsembleParameters,
  LearnerParameters,
  LogisticParameters,
} from '../document/document.ts';

/** The margin is that of `linear` plus that of `trees`; null adds nothing. */
export interface LearnerParts {
  /** Over the first features of the document, one a coefficient. */
  readonly linear: LogisticParameters | null;
  /** Over all features. */
  readonly trees: BoostedTreesParameters | null;
}

interface LearnerKind<Learner> {
  readonly parts: (learner: Learner) => LearnerParts;
  /** What it is an average of; null: it is none. */
  readonly members: (learner: Learner) => EnsembleParameters['members'] | null;
}

/** One record a kind. Margins, reasons, SQL, ONNX, checks and differences follow from the parts. */
export const LEARNER_KINDS: {
  readonly [Learner in LearnerParameters as Learner['kind']]: LearnerKind<Learner>;
} = {
  'logistic-regression': { parts: (learner) => ({ linear: learner, trees: null }), members: () => null },
  'boosted-trees': { parts: (learner) => ({ linear: null, trees: learner }), members: () => null },
  ensemble: { parts: ({ linear, trees }) => ({ linear, trees }), members: ({ members }) => members },
};

/** The record of this learner's kind, which takes learners of that kind. */
function kindOf(learner: LearnerParameters): LearnerKind<LearnerParameters> {
  return LEARNER_KINDS[learner.kind] as LearnerKind<LearnerParameters>;
}

/** The parts of a learner of any kind; both null for an ensemble of nothing, which no checked document has. */
export function partsOf(learner: LearnerParameters): LearnerParts {
  return kindOf(learner).parts(learner);
}

/** What a learner is an average of, with weights that sum to 1; null for one that is none. */
export function membersOf(learner: LearnerParameters): EnsembleParameters['members'] | null {
  return kindOf(learner).members(learner);
}

/** The kind of a learner; of an ensemble its members with their weights, as "ensemble of trees (62 %), logistic (38 %)". */
export function learnerText(learner: LearnerParameters): string {
  const members = membersOf(learner);
  if (members === null) return learner.kind;
  return `${learner.kind} of ${members.map(({ name, weight }) => `${name} (${Math.round(weight * 100)} %)`).join(', ')}`;
}
