/** What the HTTP server needs of the rest of the system, as the smallest interfaces. */
import type {
  ChartParams,
  ChartQuery,
  Checks,
  ChecksQuery,
  ClientRow,
  Diagnostics,
  Drift,
  Explanation,
  Model,
  Models,
  ModelsQuery,
  Prediction,
  Risks,
  RisksQuery,
  Scoring,
  SummaryStatistics,
  Trends,
  TrendsQuery,
} from './contract.ts';
import type { DashboardDeps } from './dashboard-deps.ts';
import type { DataFolders } from './data-path.ts';
import type { RegistryDeps } from './registry-deps.ts';

/** Clients to score: rows as they came, CSV text with a header, or the absolute path of a checked data file. */
export type PredictionInput =
  | { readonly rows: readonly Readonly<Record<string, unknown>>[] }
  | { readonly csv: string }
  | { readonly path: string };

/** A client to explain: one of the latest snapshot by its id, or any by its values. */
export type ExplainSubject = { readonly id: string } | { readonly row: ClientRow };

/**
 * But for those of the dashboard and the registry, none of these writes anything that a later call could see, and each
 * call looks at the deployment anew, so a redeploy shows in the next answer. Each rejects with a TidewatchError where it cannot answer.
 */
export interface ServerDeps extends DashboardDeps, RegistryDeps {
  /** Version of Tidewatch. */
  readonly version: string;
  /** The only folders whose files a client may name. */
  readonly dataFolders: DataFolders;
  /** Scores clients with the deployed model. */
  predict(input: PredictionInput): Promise<Prediction>;
  /** The score of the deployed model on the test data. */
  scoring(): Promise<Scoring>;
  /** Statistics of every column of the latest snapshot. */
  summaryStatistics(): Promise<SummaryStatistics>;
  /** Durations of the steps, missing percentages, dependencies. */
  diagnostics(): Promise<Diagnostics>;
  /** A page of the clients of the latest snapshot, those to call first, with reasons. */
  risks(query: RisksQuery): Promise<Risks>;
  /** All that fit, as CSV in chunks. */
  risksCsv(query: RisksQuery): AsyncIterable<string>;
  /** Why one client is at risk. */
  explainRisk(subject: ExplainSubject): Promise<Explanation>;
  /** A page of the models that were trained. */
  models(query: ModelsQuery): Promise<Models>;
  /** All about one model, by any of its names; `not-found` where there is none. */
  model(name: string): Promise<Model>;
  /** Numbers over time, and when models went live. `request-invalid` for a name or a time that is none. */
  trends(query: TrendsQuery): Promise<Trends>;
  /** The same as CSV. */
  trendsCsv(query: TrendsQuery): Promise<string>;
  /** What the newest look at the deployed model said, and how far past estimates were from the truth. */
  drift(): Promise<Drift>;
  /** A page of the checks for drift and of challengers. */
  checks(query: ChecksQuery): Promise<Checks>;
  /** A chart of the deployed model, and what it is known by; it is drawn when asked for. */
  chart(
    name: ChartParams['name'],
    theme: ChartQuery['theme'],
  ): Promise<{ readonly etag: string; draw(): Promise<string> }>;
  /** Resolves when predictions can be answered; rejects with the reason when not. */
  ready(): Promise<void>;
}
