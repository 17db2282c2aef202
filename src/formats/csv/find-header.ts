/** Finds the header of a file by the names of the columns that it must have. */
import { foldName } from '../../base/fold-name.ts';
import type { TableContract } from '../contract/table-contract.ts';
import { allColumnsOf } from './columns-to-read.ts';
import type { FirstLines, Structure, StructureWish } from './first-lines.ts';
import { matchHeader } from './header.ts';

/**
 * The first line that has every column, by what is set first and then by any separator and line. Where none has, the
 * line with most of the columns, or null: it has no column at all, or the contract none.
 */
export function findHeader(
  lines: FirstLines,
  contract: TableContract,
  targetOptional: boolean,
  wish: StructureWish,
): Structure | null {
  if (contract.columns.length === 0) return null;
  const known = new Set(
    allColumnsOf(contract).flatMap(({ name, aliases = [] }) => [name, ...aliases].map(foldName)),
  );
  const isFree = wish.delimiter === null && wish.skipLines === null;
  const wishes = isFree ? [wish] : [wish, { delimiter: null, skipLines: null }];
  let nearest: (Structure & { readonly found: number }) | null = null;
  for (const { delimiter: only, skipLines } of wishes) {
    const from = skipLines ?? 0;
    const to = skipLines === null ? lines.count : Math.min(lines.count, from + 1);
    for (let line = from; line < to; line++) {
      if (lines.isEmpty(line)) continue;
      for (const delimiter of only === null ? lines.separators : [only]) {
        const names = lines.names(line, delimiter);
        const found = names?.filter((name) => known.has(foldName(name))).length ?? 0;
        if (names === null || found === 0) continue;
        const answer = matchHeader(names, '', contract, targetOptional);
        if (!('reason' in answer)) return { line, delimiter, doubt: null };
        if (found > (nearest?.found ?? 0)) nearest = { line, delimiter, doubt: null, found };
      }
    }
  }
  return nearest;
}
