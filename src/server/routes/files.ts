/** GET /api/v1/files and /api/v1/snapshots: what was read, and what it made. */
import type { FastifyInstance } from 'fastify';
import type { FilesQuery, SnapshotsQuery } from '../contract.ts';
import { filesQuerySchema, filesSchema, snapshotsQuerySchema, snapshotsSchema } from '../contract.ts';
import type { DashboardDeps } from '../dashboard-deps.ts';
import { jsonSchemaOf } from '../json-schema.ts';
import { queryValidator } from '../query-validator.ts';
import { answers } from './answers.ts';

const tags = ['data'];

const files = {
  operationId: 'files',
  summary: 'Input files',
  description: 'The files of the newest ingestion with their rows: read = kept + duplicates + quarantined.',
  tags,
  querystring: jsonSchemaOf(filesQuerySchema, 'input'),
  response: answers(filesSchema),
};

const snapshots = {
  operationId: 'snapshots',
  summary: 'Snapshots',
  description: 'The compiled data as it was after each ingestion that changed it, newest first.',
  tags,
  querystring: jsonSchemaOf(snapshotsQuerySchema, 'input'),
  response: answers(snapshotsSchema),
};

export function fileRoutes(app: FastifyInstance, deps: Pick<DashboardDeps, 'files' | 'snapshots'>): void {
  app.get<{ Querystring: FilesQuery }>(
    '/api/v1/files',
    { schema: files, validatorCompiler: queryValidator(filesQuerySchema) },
    (request) => deps.files(request.query),
  );
  app.get<{ Querystring: SnapshotsQuery }>(
    '/api/v1/snapshots',
    { schema: snapshots, validatorCompiler: queryValidator(snapshotsQuerySchema) },
    (request) => deps.snapshots(request.query),
  );
}
