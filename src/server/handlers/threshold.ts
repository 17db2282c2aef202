/** What another threshold would mean. */
import type { RiskBook } from '../../pipeline/clients/risk-book.ts';
import { createThresholdTrial } from '../../pipeline/models/threshold-trial.ts';
import type { WithModel } from '../../pipeline/resources.ts';
import type { thresholdRoutes } from '../contract/threshold.ts';
import type { Handlers } from '../handler.ts';

export function thresholdHandlers(resources: WithModel, book: RiskBook): Handlers<typeof thresholdRoutes> {
  const trial = createThresholdTrial(resources, book);
  return { threshold: ({ params, query }) => trial.try(params.version, query.at) };
}
