/** Rows by column name as a batch, their texts byte for byte as they are stored. */
import { ownValue } from '../../base/own-value.ts';
import type { ModelInput, SourceBatch } from './source-column.ts';

/** One client by column name; null is missing. */
export type StoredRow = Readonly<Record<string, number | string | null | undefined>>;

/** A batch of `rows` for the inputs of a model; what a row lacks is missing. No text is brought into canonical form. */
export function batchOfStored(inputs: readonly ModelInput[], rows: readonly StoredRow[]): SourceBatch {
  const columns = inputs.map(({ name, kind }) => {
    const values = rows.map((row) => ownValue(row, name) ?? null);
    return kind === 'numeric'
      ? { kind, values: Float64Array.from(values, (value) => Number(value ?? Number.NaN)) }
      : { kind: 'text' as const, values: values.map((value) => (value === null ? null : String(value))) };
  });
  return { rows: rows.length, columns };
}
