/** Texts, names, paths and column lists as DuckDB's SQL has them. */
import type { SnapshotColumn } from '../../port.ts';

/** A text literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A quoted name. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A path as a literal for a reader, which would take `*`, `?` and `[` for patterns. */
export function pathLiteral(path: string): string {
  return literal(path.replace(/[*?[]/g, '[$&]'));
}

/** A reading of Parquet files with the same columns, one after the other. */
export function readParquet(paths: readonly string[]): string {
  return `read_parquet([${paths.map(pathLiteral).join(', ')}])`;
}

/**
 * The names that the columns have in Parquet: their own, unless two differ in case only, which DuckDB takes for
 * one name; the later one gets a number then.
 */
export function storedNames(columns: readonly Pick<SnapshotColumn, 'name'>[]): string[] {
  const taken = new Set<string>();
  return columns.map(({ name }) => {
    let stored = name;
    for (let number = 2; taken.has(stored.toLowerCase()); number++) stored = `${name}_${number}`;
    taken.add(stored.toLowerCase());
    return stored;
  });
}

const TYPES: Record<SnapshotColumn['type'], string> = {
  integer: 'BIGINT',
  double: 'DOUBLE',
  text: 'VARCHAR',
  timestamp: 'VARCHAR',
};

/**
 * A strict reading of a CSV as compiling writes it: LF, comma, quotes only where needed, missing as an empty
 * field. Nothing is detected and nothing is skipped; a row that does not fit is an error. Buffers are as small as
 * the longest line allows, in bytes; DuckDB's own choice takes some hundred MB.
 */
export function readCanonicalCsv(
  path: string,
  columns: readonly SnapshotColumn[],
  longestLine: number,
): string {
  const names = storedNames(columns);
  const types = columns.map(({ type }, k) => `${literal(names[k] as string)}: ${literal(TYPES[type])}`);
  const lineSize = Math.max(1_000_000, longestLine * 2);
  return (
    `read_csv(${pathLiteral(path)}, columns={${types.join(', ')}}, auto_detect=false, header=true, ` +
    `delim=',', quote='"', escape='"', nullstr='', strict_mode=true, ` +
    `max_line_size=${lineSize}, buffer_size=${lineSize * 2})`
  );
}
