/** Reads the segment of each row of a table. */
import { columnOf } from '../../formats/contract/contract.ts';
import type { Table } from '../port.ts';

/** Segment of each row as a place in `names`, -1 for none. */
export interface RowSegments {
  readonly names: readonly string[];
  readonly codes: Int32Array;
}

/** null where the contract names no column of segments. One pass; names are in the order first met. */
export async function readSegments(table: Table): Promise<RowSegments | null> {
  const segment = columnOf(table.contract, 'segment');
  if (segment === null) return null;
  const codes = new Int32Array(table.rows).fill(-1);
  const places = new Map<string, number>();
  for await (const { offset, columns } of table.stream([segment])) {
    const [column] = columns;
    if (column?.kind === 'categorical') {
      column.codes.forEach((code, row) => {
        const name = column.levels[code];
        if (name !== undefined) codes[offset + row] = placeOf(places, name);
      });
    } else if (column?.kind === 'text') {
      column.values.forEach((name, row) => {
        if (name !== null) codes[offset + row] = placeOf(places, name);
      });
    }
  }
  return { names: [...places.keys()], codes };
}

function placeOf(places: Map<string, number>, name: string): number {
  const known = places.get(name);
  if (known !== undefined) return known;
  places.set(name, places.size);
  return places.size - 1;
}

/**
 * Places of the rows of each of the `most` largest segments, most rows first, equal ones by name; rows that `counts`
 * refuses are left out.
 */
export function largestSegments(
  { names, codes }: RowSegments,
  most: number,
  counts: (row: number) => boolean = () => true,
): readonly { readonly name: string; readonly places: Uint32Array }[] {
  const rows = names.map((): number[] => []);
  codes.forEach((code, row) => {
    if (code >= 0 && counts(row)) rows[code]?.push(row);
  });
  return names
    .map((name, code) => ({ name, places: Uint32Array.from(rows[code] ?? []) }))
    .filter(({ places }) => places.length > 0)
    .sort((a, b) => b.places.length - a.places.length || (a.name < b.name ? -1 : 1))
    .slice(0, most);
}
