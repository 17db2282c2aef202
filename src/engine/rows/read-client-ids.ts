/** Reads which client each row is of. */
import { TidewatchError } from '../../base/errors.ts';
import { clientKey } from '../../core/clients/client-key.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import type { Table } from '../port.ts';

/** `clientKey` of the id of each row, in row order; null where the table has no id column. 8 bytes a row. */
export async function readClientIds(table: Table): Promise<BigUint64Array | null> {
  const id = columnOf(table.contract, 'id');
  if (id === null) return null;
  const keys = new BigUint64Array(table.rows);
  for await (const { offset, columns } of table.stream([id])) {
    const [ids] = columns;
    if (ids?.kind !== 'text') throw new TidewatchError('internal', 'The ids came as no texts.');
    for (let row = 0; row < ids.values.length; row++) keys[offset + row] = clientKey(ids.values[row] ?? '');
  }
  return keys;
}

/** The same, without an id column the key of all that a row says but its outcome: how fold models know a client. */
export async function readClientKeys(table: Table): Promise<BigUint64Array> {
  const target = columnOf(table.contract, 'target');
  const names = table.contract.columns.map(({ name }) => name).filter((name) => name !== target);
  return (await readClientIds(table)) ?? (await table.keys(names));
}
