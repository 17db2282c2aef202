/** Decides which Parquet files of a snapshot stay as they are when rows are added. */

/** Up to so many rows a snapshot is one file, written anew from all of finaldata.csv. */
export const SMALL_ROWS = 200_000;
/** A file is written together with the rows after it when it has fewer than so many times as many. */
const RATIO = 2;

export interface PartsPlan<P> {
  /** Stay as they are. */
  readonly kept: readonly P[];
  /** Are written again, with the new rows after theirs, as one file. */
  readonly merged: readonly P[];
}

/**
 * Files are merged as those of a log-structured merge tree (O'Neil et al. 1996): each has at least twice the rows of the
 * next one, so there are few, and a row is written again as often as the logarithm of their number.
 */
export function planParts<P extends { readonly rows: number }>(
  parts: readonly P[],
  added: number,
): PartsPlan<P> {
  let rows = added;
  let kept = parts.length;
  while (kept > 0 && (parts[kept - 1] as P).rows < RATIO * rows) rows += (parts[--kept] as P).rows;
  return { kept: parts.slice(0, kept), merged: parts.slice(kept) };
}
