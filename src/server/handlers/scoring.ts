/** How good the deployed model is on the test data. */
import type { Scorer } from '../../core/scoring/scorer.ts';
import { scoringAnswer } from '../../pipeline/answers/scoring-answer.ts';
import type { WithModel } from '../../pipeline/resources.ts';
import type { scoringRoutes } from '../contract/scoring.ts';
import type { Handlers } from '../handler.ts';

/** `scorer` gives the deployed model. */
export function scoringHandlers(
  resources: WithModel,
  scorer: () => Promise<Scorer>,
): Handlers<typeof scoringRoutes> {
  return { scoring: () => scoringAnswer(resources, scorer) };
}
