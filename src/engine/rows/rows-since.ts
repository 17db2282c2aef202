/** The rows that came after a change of what follows from the inputs. */
import type { Table } from '../port.ts';

/** Rows by their content: the outcome is part of it. */
export interface RowsSince {
  /** When the first of them came in. ISO 8601, UTC. */
  readonly at: string;
  /** Rows with an outcome. */
  readonly rows: number;
  /** Whether the row with this key, over all columns, is one of them. */
  holds(key: bigint): boolean;
}

/** One flag a row of the table, whose labels are settled outcomes: 1 where it came after the change. */
export async function flagsSince(table: Table, since: Pick<RowsSince, 'holds'>): Promise<Uint8Array> {
  const keys = await table.keys(table.contract.columns.map(({ name }) => name));
  return Uint8Array.from(keys, (key) => Number(since.holds(key)));
}
