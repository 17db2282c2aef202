/**
 * The contract of the HTTP API: what each route takes and answers, as zod schemas, a file a noun. The server compiles
 * their JSON schemas, the OpenAPI page is made of them, and a client takes its types from here.
 */
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
export * from './contract/runs.ts';
export * from './contract/scoring.ts';
export * from './contract/server.ts';
export * from './contract/threshold.ts';
export * from './contract/today.ts';
export * from './contract/trends.ts';
