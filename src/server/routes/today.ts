/** GET /api/v1/today: how things stand, in plain words. */
import type { FastifyInstance } from 'fastify';
import { todaySchema } from '../contract.ts';
import type { DashboardDeps } from '../dashboard-deps.ts';
import { answers } from './answers.ts';

const schema = {
  operationId: 'today',
  summary: 'How things stand',
  description:
    'Whether the model is healthy, whether new data is in, how the last run went, when the next is, and what ' +
    'somebody should do.',
  tags: ['server'],
  response: answers(todaySchema),
};

export function todayRoute(app: FastifyInstance, deps: Pick<DashboardDeps, 'today'>): void {
  app.get('/api/v1/today', { schema }, () => deps.today());
}
