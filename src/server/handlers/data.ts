/** Statistics of the data, and the state around it. */
import { diagnosticsAnswer, statisticsAnswer } from '../../pipeline/answers/data-answers.ts';
import type { WithModel } from '../../pipeline/resources.ts';
import type { dataRoutes } from '../contract/data.ts';
import type { Handlers } from '../handler.ts';

export function dataHandlers(resources: WithModel): Handlers<typeof dataRoutes> {
  return {
    summaryStatistics: () => statisticsAnswer(resources),
    diagnostics: () => diagnosticsAnswer(resources),
  };
}
