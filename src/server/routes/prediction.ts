/** POST /prediction: scores clients with the deployed model. */
import type { FastifyInstance } from 'fastify';
import { TidewatchError } from '../../base/errors.ts';
import type { PredictionRequest } from '../contract.ts';
import { predictionCsvSchema, predictionRequestSchema, predictionSchema } from '../contract.ts';
import { resolveDataPath } from '../data-path.ts';
import type { PredictionInput, ServerDeps } from '../deps.ts';
import { jsonSchemaOf } from '../json-schema.ts';
import { answers } from './answers.ts';

const SHAPES = 'an array of rows, {"rows": [...]}, {"path": "..."} or CSV text';

const schema = {
  operationId: 'predict',
  summary: 'Score clients',
  description: `Takes ${SHAPES}, and answers who will leave and how likely that is, in the order given.`,
  tags: ['model'],
  body: {
    content: {
      'application/json': { schema: jsonSchemaOf(predictionRequestSchema, 'input') },
      'text/csv': { schema: jsonSchemaOf(predictionCsvSchema, 'input') },
    },
  },
  response: answers(predictionSchema, { takesBody: true }),
};

export function predictionRoute(
  app: FastifyInstance,
  deps: Pick<ServerDeps, 'predict' | 'dataFolders'>,
): void {
  app.post<{ Body: PredictionRequest | string | undefined }>('/prediction', { schema }, async (request) =>
    deps.predict(await inputOf(request.body, deps)),
  );
}

async function inputOf(
  body: PredictionRequest | string | undefined,
  deps: Pick<ServerDeps, 'dataFolders'>,
): Promise<PredictionInput> {
  if (body === undefined) {
    throw new TidewatchError('request-invalid', `The body is missing. Send ${SHAPES}.`);
  }
  if (typeof body === 'string') return { csv: body };
  if (Array.isArray(body)) return { rows: body };
  const given = Object.keys(body);
  if (given.length !== 1) {
    throw new TidewatchError(
      'request-invalid',
      `body must have exactly one of rows, path and dataset_path; got ${given.join(' and ') || 'none'}.`,
      { details: { path: 'body', keys: given } },
    );
  }
  if (body.rows !== undefined) return { rows: body.rows };
  return { path: await resolveDataPath(body.path ?? body.dataset_path ?? '', deps.dataFolders) };
}
