/** Counts the clients of a table that another one has too. */
import { columnOf } from '../../formats/contract/contract.ts';
import type { Table } from '../port.ts';

export interface SharedClients {
  /** Clients of the table. */
  readonly clients: number;
  /** Those of them that are clients of the other one too. */
  readonly shared: number;
}

/** Streams both columns of ids; memory by the clients of the table. null where no column names them. */
export async function countSharedClients(table: Table, other: Table): Promise<SharedClients | null> {
  const id = columnOf(table.contract, 'id');
  if (id === null) return null;
  const missing = new Set<string>();
  for await (const ids of idsOf(table, id)) for (const text of ids) missing.add(text ?? '');
  const clients = missing.size;
  for await (const ids of idsOf(other, id)) for (const text of ids) missing.delete(text ?? '');
  return { clients, shared: clients - missing.size };
}

async function* idsOf(table: Table, id: string): AsyncGenerator<readonly (string | null)[]> {
  for await (const { columns } of table.stream([id])) {
    const [ids] = columns;
    if (ids?.kind === 'text') yield ids.values;
  }
}
