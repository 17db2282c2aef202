/** GET /api/v1/drift and /api/v1/checks: what looks at the deployed model and at challengers have said. */
import type { FastifyInstance } from 'fastify';
import { type ChecksQuery, checksQuerySchema, checksSchema, driftSchema } from '../contract.ts';
import type { ServerDeps } from '../deps.ts';
import { jsonSchemaOf } from '../json-schema.ts';
import { queryValidator } from '../query-validator.ts';
import { answers } from './answers.ts';

const tags = ['model'];

const drift = {
  operationId: 'drift',
  summary: 'Is the deployed model still right, and its data still the same?',
  description:
    'The newest look: the verdict of every rule, the estimate without labels and its past errors, and each input ' +
    'column against the training data.',
  tags,
  response: answers(driftSchema),
};

const checks = {
  operationId: 'checks',
  summary: 'Checks for drift and of challengers',
  description: 'What the rule that decides said at each run, newest first, page by page.',
  tags,
  querystring: jsonSchemaOf(checksQuerySchema, 'input'),
  response: answers(checksSchema),
};

export function driftRoutes(app: FastifyInstance, deps: Pick<ServerDeps, 'drift' | 'checks'>): void {
  app.get('/api/v1/drift', { schema: drift }, () => deps.drift());
  app.get<{ Querystring: ChecksQuery }>(
    '/api/v1/checks',
    { schema: checks, validatorCompiler: queryValidator(checksQuerySchema) },
    ({ query }) => deps.checks(query),
  );
}
