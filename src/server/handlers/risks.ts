/** Whom to call today, and why. */
import { TidewatchError } from '../../base/errors.ts';
import type { Immutable } from '../contract/immutable.ts';
import type { ClientRow } from '../contract/prediction.ts';
import type { ExplainRequest, Explanation, Risks, RisksQuery, riskRoutes } from '../contract/risks.ts';
import { CsvFile, type Handlers } from '../handler.ts';

/** A client to explain: one of the latest snapshot by its id, or any by its values. */
export type ExplainSubject = { readonly id: string } | { readonly row: ClientRow };

export interface RiskFunctions {
  /** A page of the clients of the latest snapshot, those to call first, with reasons. */
  list(query: RisksQuery): Promise<Risks>;
  /** All that fit, as CSV in chunks. */
  csv(query: RisksQuery): AsyncIterable<string>;
  explain(subject: ExplainSubject): Promise<Explanation>;
}

export function riskHandlers({ list, csv, explain }: RiskFunctions): Handlers<typeof riskRoutes> {
  return {
    risks: async ({ query }) =>
      query.format === 'csv' ? new CsvFile('clients.csv', csv(query)) : list(query),
    explainRisk: async ({ body }) => explain(subjectOf(body)),
  };
}

function subjectOf(body: Immutable<ExplainRequest>): ExplainSubject {
  const { id, row } = body;
  if (id !== undefined && row === undefined) return { id };
  if (row !== undefined && id === undefined) return { row };
  const given = Object.keys(body);
  throw new TidewatchError(
    'request-invalid',
    `body must have exactly one of id and row; got ${given.join(' and ') || 'none'}.`,
    { details: { path: 'body', keys: given } },
  );
}
