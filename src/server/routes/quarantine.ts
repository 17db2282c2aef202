/** GET /api/v1/quarantine and POST /api/v1/quarantine/readmit: the rows that were not accepted, and to put them back. */
import type { FastifyInstance } from 'fastify';
import type { QuarantineQuery, ReadmitRequest } from '../contract.ts';
import { quarantineQuerySchema, quarantineSchema, readmitRequestSchema, readmitSchema } from '../contract.ts';
import type { DashboardDeps } from '../dashboard-deps.ts';
import { jsonSchemaOf } from '../json-schema.ts';
import { queryValidator } from '../query-validator.ts';
import { answers } from './answers.ts';

const tags = ['data'];

const list = {
  operationId: 'quarantine',
  summary: 'Rows that were not accepted',
  description: 'Each with its file, line, columns, reason and the raw line; by file, page by page.',
  tags,
  querystring: jsonSchemaOf(quarantineQuerySchema, 'input'),
  response: answers(quarantineSchema),
};

const readmit = {
  operationId: 'readmit',
  summary: 'Re-admit rows',
  description:
    'Puts rows of the quarantine, mended or as they are, into a new file of the input folder, which the next run ' +
    'reads. 422 where a row would be quarantined again, 409 while a run is under way: then nothing is written. A ' +
    'row is left out while the file that it was put into is there, so to ask again is safe.',
  tags,
  body: jsonSchemaOf(readmitRequestSchema, 'input'),
  response: answers(readmitSchema, { takesBody: true }),
};

export function quarantineRoutes(
  app: FastifyInstance,
  deps: Pick<DashboardDeps, 'quarantine' | 'readmit'>,
): void {
  app.get<{ Querystring: QuarantineQuery }>(
    '/api/v1/quarantine',
    { schema: list, validatorCompiler: queryValidator(quarantineQuerySchema) },
    (request) => deps.quarantine(request.query),
  );
  app.post<{ Body: ReadmitRequest }>('/api/v1/quarantine/readmit', { schema: readmit }, (request) =>
    deps.readmit(request.body),
  );
}
