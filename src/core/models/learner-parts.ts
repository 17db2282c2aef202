/** A learner as the two parts that any learner is made of: a linear form and trees. */
import type { BoostedTreesParameters, LearnerParameters, LogisticParameters } from '../document/document.ts';

/** The margin is that of `linear` plus that of `trees`; null adds nothing. */
export interface LearnerParts {
  /** Over the first features of the document, one a coefficient. */
  readonly linear: LogisticParameters | null;
  /** Over all features. */
  readonly trees: BoostedTreesParameters | null;
}

/** The parts of a learner of any kind; both null for an ensemble of nothing, which no checked document has. */
export function partsOf(learner: LearnerParameters): LearnerParts {
  switch (learner.kind) {
    case 'logistic-regression':
      return { linear: learner, trees: null };
    case 'boosted-trees':
      return { linear: null, trees: learner };
    case 'ensemble':
      return { linear: learner.linear, trees: learner.trees };
  }
}
