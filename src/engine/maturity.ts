/** Tells which rows of a table are old enough for their label to be final. */
import { TidewatchError } from '../base/errors.ts';
import { matured } from '../core/outcomes/matured.ts';
import { columnOf } from './contract.ts';
import { parseTimeText } from './csv/time-text.ts';
import type { ColumnVector, Table } from './port.ts';

/** One flag a row, 1 where its label is final (`matured`); every row of a table without times is. */
export async function labelsMatured(table: Table, horizonDays: number, now: Date): Promise<Uint8Array> {
  const flags = new Uint8Array(table.rows).fill(1);
  const time = columnOf(table.contract, 'time');
  if (horizonDays === 0 || time === null) return flags;
  for await (const { offset, columns } of table.stream([time])) {
    const [times] = columns;
    if (times !== undefined) flags.set(matured(timesOf(times), horizonDays, now.getTime()), offset);
  }
  return flags;
}

/** Times of a column as milliseconds since 1970, NaN where missing; a column of numbers as it is. */
export function timesOf(vector: ColumnVector): Float64Array {
  if (vector.kind === 'numeric') return vector.values;
  if (vector.kind !== 'text')
    throw new TidewatchError('internal', `A column of times came as ${vector.kind}.`);
  return Float64Array.from(vector.values, (text) =>
    text === null ? Number.NaN : parseTimeText(text.trim()),
  );
}
