/** What a learner is, in words. */
import type { LearnerParameters } from '../document/document.ts';

/** The kind of a learner; of an ensemble its members with their weights, as "ensemble of trees (62 %), logistic (38 %)". */
export function learnerText(learner: LearnerParameters): string {
  if (learner.kind !== 'ensemble') return learner.kind;
  const members = learner.members.map(({ name, weight }) => `${name} (${Math.round(weight * 100)} %)`);
  return `ensemble of ${members.join(', ')}`;
}
