/** POST /prediction: scores clients with the deployed model. */
import { TidewatchError } from '../../base/errors.ts';
import type { Immutable } from '../contract/immutable.ts';
import {
  PREDICTION_SHAPES,
  type Prediction,
  type PredictionRequest,
  type predictionRoutes,
} from '../contract/prediction.ts';
import { type DataFolders, resolveDataPath } from '../data-path.ts';
import type { Handlers } from '../handler.ts';

/** Clients to score: rows as they came, CSV text with a header, or the absolute path of a checked data file. */
export type PredictionInput =
  | { readonly rows: readonly Readonly<Record<string, unknown>>[] }
  | { readonly csv: string }
  | { readonly path: string };

type Body = Immutable<PredictionRequest> | string | undefined;

/** `folders` are the only ones whose files a client may name. */
export function predictionHandlers(
  predict: (input: PredictionInput) => Promise<Prediction>,
  folders: DataFolders,
): Handlers<typeof predictionRoutes> {
  return { predict: async ({ body }) => predict(await inputOf(body, folders)) };
}

async function inputOf(body: Body, folders: DataFolders): Promise<PredictionInput> {
  if (body === undefined) {
    throw new TidewatchError('request-invalid', `The body is missing. Send ${PREDICTION_SHAPES}.`);
  }
  if (typeof body === 'string') return { csv: body };
  if (isRows(body)) return { rows: body };
  const given = Object.keys(body);
  if (given.length !== 1) {
    throw new TidewatchError(
      'request-invalid',
      `body must have exactly one of rows, path and dataset_path; got ${given.join(' and ') || 'none'}.`,
      { details: { path: 'body', keys: given } },
    );
  }
  if (body.rows !== undefined) return { rows: body.rows };
  return { path: await resolveDataPath(body.path ?? body.dataset_path ?? '', folders) };
}

function isRows(body: Immutable<PredictionRequest>): body is Extract<typeof body, readonly unknown[]> {
  return Array.isArray(body);
}
