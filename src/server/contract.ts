/**
 * The contract of the HTTP API: an entry a call with what it takes and answers, as zod schemas, a file a noun. The
 * server, its description and the client of the dashboard are made of it.
 */
import { chartRoutes } from './contract/charts.ts';
import { clientRoutes } from './contract/clients.ts';
import { dataRoutes } from './contract/data.ts';
import { driftRoutes } from './contract/drift.ts';
import { fileRoutes } from './contract/files.ts';
import { modelRoutes } from './contract/models.ts';
import { predictionRoutes } from './contract/prediction.ts';
import { quarantineRoutes } from './contract/quarantine.ts';
import { registryRoutes } from './contract/registry.ts';
import { riskRoutes } from './contract/risks.ts';
import { runRoutes } from './contract/runs.ts';
import { scoringRoutes } from './contract/scoring.ts';
import { healthRoutes, homeRoutes } from './contract/server.ts';
import { thresholdRoutes } from './contract/threshold.ts';
import { todayRoutes } from './contract/today.ts';
import { trendRoutes } from './contract/trends.ts';

export * from './contract/charts.ts';
export * from './contract/clients.ts';
export * from './contract/data.ts';
export * from './contract/drift.ts';
export * from './contract/errors.ts';
export * from './contract/files.ts';
export * from './contract/models.ts';
export * from './contract/prediction.ts';
export * from './contract/quarantine.ts';
export * from './contract/registry.ts';
export * from './contract/risks.ts';
export type { AnswerOf, GivenOf, QueryValue } from './contract/route.ts';
export * from './contract/runs.ts';
export * from './contract/scoring.ts';
export * from './contract/server.ts';
export * from './contract/threshold.ts';
export * from './contract/today.ts';
export * from './contract/trends.ts';

/** Every call, in the order in which they are described. The name of an entry is its operationId and that of its handler. */
export const ROUTES = {
  ...homeRoutes,
  ...predictionRoutes,
  ...scoringRoutes,
  ...dataRoutes,
  ...riskRoutes,
  ...modelRoutes,
  ...registryRoutes,
  ...trendRoutes,
  ...chartRoutes,
  ...driftRoutes,
  ...todayRoutes,
  ...runRoutes,
  ...fileRoutes,
  ...quarantineRoutes,
  ...clientRoutes,
  ...thresholdRoutes,
  ...healthRoutes,
} as const;

type AnyRoute = (typeof ROUTES)[keyof typeof ROUTES];

/** The paths of this method, parameters as `:name`. */
export type PathOf<Method extends AnyRoute['method']> = Extract<
  AnyRoute,
  { readonly method: Method }
>['path'];

/** The entry of a method and a path. */
export type RouteAt<Method extends AnyRoute['method'], Path extends string> = Extract<
  AnyRoute,
  { readonly method: Method; readonly path: Path }
>;
