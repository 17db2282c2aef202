/** GET /api/v1/risks and POST /api/v1/risks/explain: whom to call today, and why. */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { TidewatchError } from '../../base/errors.ts';
import type { ExplainRequest, RisksQuery } from '../contract.ts';
import {
  explainRequestSchema,
  explanationSchema,
  risksCsvSchema,
  risksQuerySchema,
  risksSchema,
} from '../contract.ts';
import type { ExplainSubject, ServerDeps } from '../deps.ts';
import { jsonSchemaOf } from '../json-schema.ts';
import { queryValidator } from '../query-validator.ts';
import { answers } from './answers.ts';

const tags = ['clients'];

const risks = {
  operationId: 'risks',
  summary: 'Clients at risk',
  description:
    'Clients of the latest snapshot who have not left, by the deployed model, those to call first: by expected loss ' +
    'where the value of clients is known, else by risk. Those who have left are a list of their own (status=left). ' +
    'Page with limit and offset up to matching.clients.',
  tags,
  querystring: jsonSchemaOf(risksQuerySchema, 'input'),
  response: {
    ...answers(risksSchema),
    200: {
      description: 'The answer.',
      content: {
        'application/json': { schema: jsonSchemaOf(risksSchema, 'output') },
        'text/csv': { schema: jsonSchemaOf(risksCsvSchema, 'output') },
      },
    },
  },
};

const explain = {
  operationId: 'explainRisk',
  summary: 'Why a client is at risk',
  description:
    'Exact contributions of every column, and the probability without the strongest, for a client of the latest ' +
    'snapshot by id or for any client by its values.',
  tags,
  body: jsonSchemaOf(explainRequestSchema, 'input'),
  response: answers(explanationSchema, { takesBody: true }),
};

export function riskRoutes(
  app: FastifyInstance,
  deps: Pick<ServerDeps, 'risks' | 'risksCsv' | 'explainRisk'>,
): void {
  app.get<{ Querystring: RisksQuery }>(
    '/api/v1/risks',
    { schema: risks, validatorCompiler: queryValidator(risksQuerySchema) },
    async ({ query }, reply) => {
      if (query.format === 'json') return deps.risks(query);
      const chunks = deps.risksCsv(query)[Symbol.asyncIterator]();
      // What cannot be answered shows with the first chunk, while the answer can still be an error.
      const first = await chunks.next();
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="clients.csv"')
        .send(Readable.from(withFirst(first, chunks)));
    },
  );
  app.post<{ Body: ExplainRequest | null | undefined }>(
    '/api/v1/risks/explain',
    { schema: explain },
    (request) => deps.explainRisk(subjectOf(request.body)),
  );
}

async function* withFirst<T>(first: IteratorResult<T>, rest: AsyncIterator<T>): AsyncGenerator<T> {
  for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
}

function subjectOf(body: ExplainRequest | null | undefined): ExplainSubject {
  const { id, row } = body ?? {};
  if (id !== undefined && row === undefined) return { id };
  if (row !== undefined && id === undefined) return { row };
  const given = Object.keys(body ?? {});
  throw new TidewatchError(
    'request-invalid',
    `body must have exactly one of id and row; got ${given.join(' and ') || 'none'}.`,
    { details: { path: 'body', keys: given } },
  );
}
