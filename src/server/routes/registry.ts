/** /api/v1/models/... and /api/v1/deployments: the history, differences, notes, and making a model live. */
import type { FastifyInstance } from 'fastify';
import {
  type DeploymentsQuery,
  type DiffQuery,
  deploymentsQuerySchema,
  deploymentsSchema,
  diffQuerySchema,
  diffSchema,
  modelName,
  type NoteRequest,
  noteRequestSchema,
  noteSchema,
  type PromoteRequest,
  promoteRequestSchema,
  promotionSchema,
} from '../contract.ts';
import { jsonSchemaOf } from '../json-schema.ts';
import { queryValidator } from '../query-validator.ts';
import type { RegistryDeps } from '../registry-deps.ts';
import { answers } from './answers.ts';

const tags = ['model'];
const params = {
  type: 'object',
  properties: { version: jsonSchemaOf(modelName, 'input') },
  required: ['version'],
};
const LOCKED = 'Refused with 409 while a run holds the lock of the workspace.';

const history = {
  operationId: 'deployments',
  summary: 'What was live when',
  description:
    'The deployments, newest first, page by page: a model is live from its deployment to the next one.',
  tags,
  querystring: jsonSchemaOf(deploymentsQuerySchema, 'input'),
  response: answers(deploymentsSchema),
};

const diff = {
  operationId: 'diffModels',
  summary: 'What is different between two models',
  description: 'How they came about, what they hold, and how both score on the test data of today.',
  tags,
  querystring: jsonSchemaOf(diffQuerySchema, 'input'),
  response: answers(diffSchema),
};

const promotion = {
  operationId: 'promoteModel',
  summary: 'Make a stored model live',
  description: `Scores it on the test data of today and deploys it, with its reason. ${LOCKED}`,
  tags,
  params,
  body: jsonSchemaOf(promoteRequestSchema, 'input'),
  response: answers(promotionSchema, { takesBody: true }),
};

const back = {
  operationId: 'rollback',
  summary: 'Make the model live again that was live before',
  description: `A second rollback goes one further back. ${LOCKED}`,
  tags,
  body: jsonSchemaOf(promoteRequestSchema, 'input'),
  response: answers(promotionSchema, { takesBody: true }),
};

const note = {
  operationId: 'noteModel',
  summary: 'Write a note on a model',
  description: 'Notes are added and never changed.',
  tags,
  params,
  body: jsonSchemaOf(noteRequestSchema, 'input'),
  response: answers(noteSchema, { takesBody: true }),
};

export function registryRoutes(app: FastifyInstance, deps: RegistryDeps): void {
  app.get<{ Querystring: DeploymentsQuery }>(
    '/api/v1/deployments',
    { schema: history, validatorCompiler: queryValidator(deploymentsQuerySchema) },
    (request) => deps.deployments(request.query),
  );
  app.get<{ Querystring: DiffQuery }>(
    '/api/v1/models/diff',
    { schema: diff, validatorCompiler: queryValidator(diffQuerySchema) },
    (request) => deps.diffModels(request.query),
  );
  app.post<{ Params: { version: string }; Body: PromoteRequest }>(
    '/api/v1/models/:version/promote',
    { schema: promotion },
    (request) => deps.promote(request.params.version, request.body),
  );
  app.post<{ Body: PromoteRequest }>('/api/v1/models/rollback', { schema: back }, (request) =>
    deps.rollback(request.body),
  );
  app.post<{ Params: { version: string }; Body: NoteRequest }>(
    '/api/v1/models/:version/notes',
    { schema: note },
    (request) => deps.addNote(request.params.version, request.body),
  );
}
