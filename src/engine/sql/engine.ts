/** An engine whose rows stay in a database, which is asked by SQL alone. */
import type { Engine } from '../port.ts';
import type { SqlDatabase } from '../sql-database.ts';
import { type Collected, openSqlTable } from './table.ts';

/** Rows that are brought out of the database at most. */
const MAX_COLLECTED_ROWS = 2_000_000;

export interface SqlEngineOptions {
  readonly maxCollectedRows?: number;
  /** Called for rows that were brought here. */
  readonly onCollected?: (collected: Collected) => void;
}

/**
 * @param files reads and compiles files, on this machine: its snapshots are what the database selects from, and it closes
 *   the database with itself.
 */
export function createSqlEngine(
  database: SqlDatabase,
  files: Engine,
  { maxCollectedRows = MAX_COLLECTED_ROWS, onCollected = () => {} }: SqlEngineOptions = {},
): Engine {
  return {
    ...files,
    name: 'sql',
    capabilities: {
      ordered: database.ordered,
      bitExact: false,
      kernels: false,
      localFiles: false,
      maxCollectedRows,
    },
    open: (source) =>
      source.kind === 'snapshot'
        ? openSqlTable(database, source.snapshot, source.contract, { maxCollectedRows, onCollected })
        : files.open(source),
  };
}
