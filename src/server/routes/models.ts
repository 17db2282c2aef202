/** GET /api/v1/models and /api/v1/models/:version: every model that was trained, and all about one. */
import type { FastifyInstance } from 'fastify';
import type { ModelsQuery } from '../contract.ts';
import { modelSchema, modelsQuerySchema, modelsSchema } from '../contract.ts';
import type { ServerDeps } from '../deps.ts';
import { jsonSchemaOf } from '../json-schema.ts';
import { queryValidator } from '../query-validator.ts';
import { answers } from './answers.ts';

const tags = ['model'];

const list = {
  operationId: 'models',
  summary: 'Models',
  description: 'The models that were trained, newest first, page by page.',
  tags,
  querystring: jsonSchemaOf(modelsQuerySchema, 'input'),
  response: answers(modelsSchema),
};

const show = {
  operationId: 'model',
  summary: 'All about one model',
  description:
    'What it was trained on, how it was chosen and why, what it reads, its scores and deployments.',
  tags,
  params: {
    type: 'object',
    properties: { version: { type: 'string', description: 'Version of the model.' } },
    required: ['version'],
  },
  response: answers(modelSchema),
};

export function modelRoutes(app: FastifyInstance, deps: Pick<ServerDeps, 'models' | 'model'>): void {
  app.get<{ Querystring: ModelsQuery }>(
    '/api/v1/models',
    { schema: list, validatorCompiler: queryValidator(modelsQuerySchema) },
    (request) => deps.models(request.query),
  );
  app.get<{ Params: { version: string } }>('/api/v1/models/:version', { schema: show }, (request) =>
    deps.model(request.params.version),
  );
}
