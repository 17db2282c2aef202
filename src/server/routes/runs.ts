/** GET /api/v1/runs, /api/v1/runs/:id and its logs, and POST /api/v1/runs: what ran, and to start a run. */
import type { FastifyInstance } from 'fastify';
import type { RunLogQuery, RunsQuery } from '../contract.ts';
import {
  runLogQuerySchema,
  runLogSchema,
  runSchema,
  runsQuerySchema,
  runsSchema,
  startedRunSchema,
} from '../contract.ts';
import type { DashboardDeps } from '../dashboard-deps.ts';
import { jsonSchemaOf } from '../json-schema.ts';
import { queryValidator } from '../query-validator.ts';
import { answers } from './answers.ts';

const tags = ['server'];

const params = {
  type: 'object',
  properties: { id: { type: 'string', description: 'Id of the run.' } },
  required: ['id'],
};

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
  params,
  response: answers(runSchema),
};

const logs = {
  operationId: 'runLogs',
  summary: 'What a run logged',
  description:
    'Its lines in order, page by page, also while it goes on; GET /api/v1/events tells them as they come. Kept are ' +
    '2,000 lines of a run and some more warnings and errors, of as many runs as run_logs_kept says.',
  tags,
  params,
  querystring: jsonSchemaOf(runLogQuerySchema, 'input'),
  response: answers(runLogSchema),
};

/** The query is checked here; the id is any text. */
const checkLogs = queryValidator(runLogQuerySchema);
const logsValidator: typeof checkLogs = (part) =>
  part.httpPart === 'querystring' ? checkLogs(part) : (value: unknown) => ({ value });

const start = {
  operationId: 'startRun',
  summary: 'Start a run',
  description:
    'Starts the whole process in this server and answers as soon as it has begun; GET /api/v1/events tells how ' +
    'far it is. 409 with the holder of the lock where another one is under way.',
  tags,
  response: answers(startedRunSchema, { status: 202, takesBody: true }),
};

export function runRoutes(
  app: FastifyInstance,
  deps: Pick<DashboardDeps, 'runs' | 'run' | 'runLog' | 'startRun'>,
): void {
  app.get<{ Querystring: RunsQuery }>(
    '/api/v1/runs',
    { schema: list, validatorCompiler: queryValidator(runsQuerySchema) },
    (request) => deps.runs(request.query),
  );
  app.get<{ Params: { id: string } }>('/api/v1/runs/:id', { schema: show }, (request) =>
    deps.run(request.params.id),
  );
  app.get<{ Params: { id: string }; Querystring: RunLogQuery }>(
    '/api/v1/runs/:id/logs',
    { schema: logs, validatorCompiler: logsValidator },
    (request) => deps.runLog(request.params.id, request.query),
  );
  app.post('/api/v1/runs', { schema: start }, async (_request, reply) =>
    reply.code(202).send(await deps.startRun()),
  );
}
