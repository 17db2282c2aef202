/** GET /summarystats: statistics of every column of the latest snapshot. */
import type { FastifyInstance } from 'fastify';
import { summaryStatisticsSchema } from '../contract.ts';
import type { ServerDeps } from '../deps.ts';
import { answers } from './answers.ts';

const schema = {
  operationId: 'summaryStatistics',
  summary: 'Statistics of the data',
  description: 'Mean, median, standard deviation and missing values of every column of the latest snapshot.',
  tags: ['data'],
  response: answers(summaryStatisticsSchema),
};

export function summarystatsRoute(app: FastifyInstance, deps: Pick<ServerDeps, 'summaryStatistics'>): void {
  app.get('/summarystats', { schema }, () => deps.summaryStatistics());
}
