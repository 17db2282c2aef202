/** The one import of DuckDB's driver, which is loaded when an engine is opened and not before. */
export { DOUBLE, DuckDBDataChunk, DuckDBInstance, UINTEGER } from '@duckdb/node-api';
