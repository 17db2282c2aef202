/** Finds the columns of a contract among those of a file by their names. */
import { foldName } from '../../base/fold-name.ts';
import { quotedList } from '../../base/near-columns.ts';
import { quoted } from '../../base/shorten.ts';
import type { ContractColumn, MatchedColumn } from '../contract/table-contract.ts';

type NamedColumn = Pick<ContractColumn, 'name' | 'aliases'>;

export interface ColumnPlaces {
  /** Place in the file of each column of the contract, -1 where it is absent. */
  readonly positions: readonly number[];
  /** Columns that the file has under another name, in the order of the contract. */
  readonly matched: readonly MatchedColumn[];
}

/**
 * Each column where the file has it: under its name or an alias, else under a name that folds to one of these
 * (`foldName`), if no other column of the file and none of the contract folds to it. An exact name goes before one
 * that folds. Where several columns of the file may be one of the contract, the answer is why that cannot be read.
 */
export function matchColumns(
  names: readonly string[],
  columns: readonly NamedColumn[],
): ColumnPlaces | { readonly reason: string } {
  const places = placesOf(names);
  const exact = columns.map((column) => namesOf(column).flatMap((name) => places.get(name) ?? []));
  const taken = new Set(exact.flat());
  const folds = foldedColumns(columns);
  const folded = columns.map((): number[] => []);
  for (const [at, name] of names.entries()) {
    const column = taken.has(at) ? -1 : (folds.get(foldName(name)) ?? -1);
    if (column >= 0 && exact[column]?.length === 0) folded[column]?.push(at);
  }
  const found = columns.map((_, k) => (exact[k]?.length ? exact[k] : (folded[k] ?? [])));
  const unclear = found.findIndex((each) => each.length > 1);
  if (unclear >= 0) {
    const { name } = columns[unclear] as NamedColumn;
    const own = (found[unclear] as number[]).map((at) => names[at] as string);
    return { reason: unclearText(name, own) };
  }
  const positions = found.map(([at = -1]) => at);
  const matched = columns.flatMap(({ name }, k): MatchedColumn[] => {
    const column = names[positions[k] as number];
    return column === undefined || column === name ? [] : [{ column, as: name }];
  });
  return { positions, matched };
}

/** The column of the contract that each folded name means; names that fold to several columns are not in it. */
export function foldedColumns(columns: readonly NamedColumn[]): ReadonlyMap<string, number> {
  const folds = new Map<string, number>();
  const unclear = new Set(['']);
  for (const [k, column] of columns.entries()) {
    for (const fold of namesOf(column).map(foldName)) {
      if ((folds.get(fold) ?? k) !== k) unclear.add(fold);
      folds.set(fold, k);
    }
  }
  for (const fold of unclear) folds.delete(fold);
  return folds;
}

/** Why columns of a file that may all be one column of the contract cannot be told apart. */
export function unclearText(name: string, found: readonly string[]): string {
  const different = [...new Set(found)];
  if (different.length === 1) {
    return different[0] === name
      ? `the header names ${quoted(name)} more than once; each column needs its own name`
      : `the header names ${quotedList(different)} more than once, and each may be the column ${quoted(name)}; each column needs its own name`;
  }
  return `the columns ${quotedList(different)} are all read as ${quoted(name)}; keep that name for the one that is meant, and give the others another name`;
}

function namesOf({ name, aliases = [] }: NamedColumn): readonly string[] {
  return [name, ...aliases];
}

function placesOf(names: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [at, name] of names.entries()) places.set(name, [...(places.get(name) ?? []), at]);
  return places;
}
