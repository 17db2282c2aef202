/** Which columns of a file are read, where some of the contract are made of others. */
import type { ContractColumn, TableContract } from '../contract/table-contract.ts';

export interface ColumnsToRead {
  /** Position in the file of each column; -1 where it is absent, or is derived of columns that the file has. */
  readonly positions: readonly number[];
  /** Columns that the file must have and has not. */
  readonly missing: readonly ContractColumn[];
}

/** The columns of the contract, those that are read for derived ones alone last. */
export function allColumnsOf({
  columns,
  raw = [],
}: Pick<TableContract, 'columns' | 'raw'>): ContractColumn[] {
  return [...columns, ...raw];
}

/**
 * A derived column is made of its raw ones where the file has them all, and else read as it stands where the file has
 * it (finaldata.csv does); a file without either lacks the raw ones.
 * @param found where the file has each of `allColumnsOf` by name, or -1.
 */
export function columnsToRead(contract: TableContract, found: readonly number[]): ColumnsToRead {
  const all = allColumnsOf(contract);
  const place = new Map(all.map(({ name }, k) => [name, k]));
  const lacks = (name: string): boolean => found[place.get(name) ?? -1] === -1;
  const positions = all.map(({ derived }, k) =>
    derived !== undefined && !derived.from.some(lacks) ? -1 : (found[k] as number),
  );
  const needed = new Set(all.flatMap(({ derived, name }) => (derived && lacks(name) ? derived.from : [])));
  const missing = all.filter(({ name, derived }, k) => {
    const isOptional = derived !== undefined || (k >= contract.columns.length && !needed.has(name));
    return lacks(name) && !isOptional;
  });
  return { positions, missing };
}
