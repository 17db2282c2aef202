/** GET /api/v1/runs and /api/v1/runs/:id, and POST /api/v1/runs: what ran, and to start a run. */
import type { FastifyInstance } from 'fastify';
import type { RunsQuery } from '../contract.ts';
import { runSchema, runsQuerySchema, runsSchema, startedRunSchema } from '../contract.ts';
import type { DashboardDeps } from '../dashboard-deps.ts';
import { jsonSchemaOf } from '../json-schema.ts';
import { queryValidator } from '../query-validator.ts';
import { answers } from './answers.ts';

const tags = ['server'];

const list = {
  operationId: 'runs',
  summary: 'Runs',
  description: 'What ran, newest first, page by page.',
  tags,
  querystring: jsonSchemaOf(runsQuerySchema, 'input'),
  response: answers(runsSchema),
};

const show = {
  operationId: 'run',
  summary: 'All about one run',
  description:
    'Its steps with their durations and what they did, the files it read, and its result or error.',
  tags,
  params: {
    type: 'object',
    properties: { id: { type: 'string', description: 'Id of the run.' } },
    required: ['id'],
  },
  response: answers(runSchema),
};

const start = {
  operationId: 'startRun',
  summary: 'Start a run',
  description:
    'Starts the whole process in this server and answers as soon as it has begun; GET /api/v1/events tells how ' +
    'far it is. 409 with the holder of the lock where another one is under way.',
  tags,
  response: answers(startedRunSchema, 202),
};

export function runRoutes(
  app: FastifyInstance,
  deps: Pick<DashboardDeps, 'runs' | 'run' | 'startRun'>,
): void {
  app.get<{ Querystring: RunsQuery }>(
    '/api/v1/runs',
    { schema: list, validatorCompiler: queryValidator(runsQuerySchema) },
    (request) => deps.runs(request.query),
  );
  app.get<{ Params: { id: string } }>('/api/v1/runs/:id', { schema: show }, (request) =>
    deps.run(request.params.id),
  );
  app.post('/api/v1/runs', { schema: start }, async (_request, reply) =>
    reply.code(202).send(await deps.startRun()),
  );
}
