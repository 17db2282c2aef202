/** Reference and current rows as one table for the trees that are to tell them apart. */
import type { ModelInput, SourceBatch, SourceColumn } from '../../columns/source-column.ts';
import { notCategorical, numericValues } from '../../features/source-fit.ts';
import type { BoostingColumn } from '../../learners/boosting/binner.ts';

/** Columns of all rows, those of `reference` first. Levels are matched by text. Error `value-invalid` for other kinds. */
export function domainColumns(
  inputs: readonly ModelInput[],
  reference: SourceBatch,
  current: SourceBatch,
): BoostingColumn[] {
  return inputs.map(({ name, kind }, index) => {
    const parts = [reference.columns[index] as SourceColumn, current.columns[index] as SourceColumn] as const;
    const rows = [reference.rows, current.rows] as const;
    return kind === 'numeric' ? joinNumbers(name, parts) : joinLevels(name, parts, rows);
  });
}

/** Rows of a column, in the order given, as a feature of the trees. */
export function takeFeature(column: BoostingColumn, rows: Uint32Array): Float64Array {
  if (column.kind === 'numeric') return Float64Array.from(rows, (row) => column.values[row] as number);
  return Float64Array.from(rows, (row) => {
    const code = column.codes[row] as number;
    return code < 0 ? Number.NaN : code;
  });
}

type Pair<T> = readonly [T, T];

function joinNumbers(name: string, parts: Pair<SourceColumn>): BoostingColumn {
  const [before, after] = [numericValues(name, parts[0]), numericValues(name, parts[1])];
  const values = new Float64Array(before.length + after.length);
  values.set(before);
  values.set(after, before.length);
  return { kind: 'numeric', values };
}

function joinLevels(name: string, parts: Pair<SourceColumn>, rows: Pair<number>): BoostingColumn {
  const codeOf = new Map<string, number>();
  const encode = (level: string | null | undefined): number => {
    if (level === null || level === undefined) return -1;
    const code = codeOf.get(level) ?? codeOf.size;
    codeOf.set(level, code);
    return code;
  };
  const codes = new Int32Array(rows[0] + rows[1]);
  let at = 0;
  for (const part of parts) {
    if (part.kind === 'numeric') throw notCategorical(name);
    if (part.kind === 'text') for (const level of part.values) codes[at++] = encode(level);
    else for (const code of part.codes) codes[at++] = encode(part.levels[code]);
  }
  return { kind: 'categorical', codes, levels: codeOf.size };
}
