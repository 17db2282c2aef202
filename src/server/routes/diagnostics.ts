/** GET /diagnostics: durations, missing values and dependencies. */
import type { FastifyInstance } from 'fastify';
import { diagnosticsSchema } from '../contract.ts';
import type { ServerDeps } from '../deps.ts';
import { answers } from './answers.ts';

const schema = {
  operationId: 'diagnostics',
  summary: 'State of the system',
  description: 'Durations of the steps, missing values by column, and versions of the dependencies.',
  tags: ['data'],
  response: answers(diagnosticsSchema),
};

export function diagnosticsRoute(app: FastifyInstance, deps: Pick<ServerDeps, 'diagnostics'>): void {
  app.get('/diagnostics', { schema }, () => deps.diagnostics());
}
