/** Public sets of clients that left, as tables of inputs and labels. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelInput, SourceBatch, SourceColumn } from '../src/core/columns/source-column.ts';

export interface PublicSet {
  readonly name: string;
  readonly files: readonly string[];
  readonly drop: readonly string[];
  readonly target: string;
  readonly positive: string;
  /** A comma unless given. */
  readonly separator?: string;
}

export interface LabelledTable {
  readonly inputs: readonly ModelInput[];
  readonly batch: SourceBatch;
  readonly labels: Float64Array;
}

/** Columns are numbers where nine in ten of their values are; missing is NaN or null. */
export function readSet(
  data: string,
  { files, drop, target, positive, separator = ',' }: PublicSet,
): LabelledTable {
  const parts = files.map((file) => parseCsv(readFileSync(join(data, file), 'utf8'), separator));
  const header = parts[0]?.[0] ?? [];
  const rows = parts.flatMap((part) => part.slice(1));
  const names = header.filter((name) => name !== target && !drop.includes(name));
  const columns = names.map((name): SourceColumn => {
    const values = rows.map((row) => (row[header.indexOf(name)] ?? '').trim());
    const numbers = values.map((value) => (value === '' ? Number.NaN : Number(value)));
    const isNumeric = numbers.filter((value) => !Number.isNaN(value)).length > 0.9 * rows.length;
    if (isNumeric) return { kind: 'numeric', values: Float64Array.from(numbers) };
    return { kind: 'text', values: values.map((value) => (value === '' ? null : value)) };
  });
  return {
    inputs: names.map((name, index) => ({
      name,
      kind: columns[index]?.kind === 'numeric' ? 'numeric' : 'categorical',
    })),
    batch: { rows: rows.length, columns },
    labels: Float64Array.from(rows, (row) => (row[header.indexOf(target)] === positive ? 1 : 0)),
  };
}

/** The sets quote nothing that holds a separator or a line end. */
function parseCsv(text: string, separator: string): string[][] {
  return text
    .replaceAll('\r', '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(separator).map((field) => field.replaceAll('"', '')));
}
