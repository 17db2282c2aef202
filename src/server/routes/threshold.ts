/** GET /api/v1/models/:version/threshold: what another threshold would mean. */
import type { FastifyInstance } from 'fastify';
import type { ThresholdQuery } from '../contract.ts';
import { thresholdQuerySchema, thresholdSchema } from '../contract.ts';
import type { DashboardDeps } from '../dashboard-deps.ts';
import { jsonSchemaOf } from '../json-schema.ts';
import { queryValidator } from '../query-validator.ts';
import { answers } from './answers.ts';

const schema = {
  operationId: 'threshold',
  summary: 'Try another threshold',
  description:
    'Confusion, F1 and profit on the test data at the threshold of the model and at another one, and how many ' +
    'clients it adds to the list. Nothing is changed.',
  tags: ['model'],
  params: {
    type: 'object',
    properties: { version: { type: 'string', description: 'Version of the model, or one of its names.' } },
    required: ['version'],
  },
  querystring: jsonSchemaOf(thresholdQuerySchema, 'input'),
  response: answers(thresholdSchema),
};

export function thresholdRoute(app: FastifyInstance, deps: Pick<DashboardDeps, 'threshold'>): void {
  app.get<{ Params: { version: string }; Querystring: ThresholdQuery }>(
    '/api/v1/models/:version/threshold',
    {
      schema,
      validatorCompiler: (route) =>
        route.httpPart === 'params' ? () => true : queryValidator(thresholdQuerySchema)(route),
    },
    (request) => deps.threshold(request.params.version, request.query.at),
  );
}
