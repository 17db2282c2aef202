/** GET /scoring: how good the deployed model is on the test data. */
import type { FastifyInstance } from 'fastify';
import { scoringSchema } from '../contract.ts';
import type { ServerDeps } from '../deps.ts';
import { answers } from './answers.ts';

const schema = {
  operationId: 'scoring',
  summary: 'Score of the deployed model',
  description: 'F1 and the other metrics of the deployed model on the test data.',
  tags: ['model'],
  response: answers(scoringSchema),
};

export function scoringRoute(app: FastifyInstance, deps: Pick<ServerDeps, 'scoring'>): void {
  app.get('/scoring', { schema }, () => deps.scoring());
}
