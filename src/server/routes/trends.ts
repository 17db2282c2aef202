/** GET /api/v1/trends: how scores, data, drift and durations have gone over time. */
import type { FastifyInstance } from 'fastify';
import { type TrendsQuery, trendsCsvSchema, trendsQuerySchema, trendsSchema } from '../contract.ts';
import type { ServerDeps } from '../deps.ts';
import { jsonSchemaOf } from '../json-schema.ts';
import { queryValidator } from '../query-validator.ts';
import { answers } from './answers.ts';

const schema = {
  operationId: 'trends',
  summary: 'Trends',
  description:
    'Numbers over runs, days, weeks, months or models: F1 and its interval, rows, missing values, drift, durations; ' +
    'and when models went live. As JSON or, with format=csv, as CSV.',
  tags: ['model'],
  querystring: jsonSchemaOf(trendsQuerySchema, 'input'),
  response: {
    ...answers(trendsSchema),
    200: {
      description: 'The answer.',
      content: {
        'application/json': { schema: jsonSchemaOf(trendsSchema, 'output') },
        'text/csv': { schema: jsonSchemaOf(trendsCsvSchema, 'output') },
      },
    },
  },
};

export function trendsRoute(app: FastifyInstance, deps: Pick<ServerDeps, 'trends' | 'trendsCsv'>): void {
  app.get<{ Querystring: TrendsQuery }>(
    '/api/v1/trends',
    { schema, validatorCompiler: queryValidator(trendsQuerySchema) },
    async ({ query }, reply) => {
      if (query.format === 'json') return deps.trends(query);
      const csv = await deps.trendsCsv(query);
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="trends.csv"')
        .send(csv);
    },
  );
}
