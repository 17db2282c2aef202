/** How wide the columns of a table are: numbers stay whole, texts wrap, and sentences take what is left. */

/** What a column holds, in points. */
export interface ColumnNeed {
  /** All of it on one line. */
  readonly natural: number;
  /** The widest thing in it that is not to be broken: a number, a word. */
  readonly least: number;
  /** Whether it holds sentences and may be as wide as there is room. */
  readonly wide: boolean;
}

/** Shares of the page that the wide columns get together before the others give way, and at the least. */
const WIDE_FIRST = 0.34;
const WIDE_MIN = 0.25;

/**
 * Natural widths where they fit, and what is left to the wide columns. Else the wide columns give way first, down to a
 * third of the page, then the others, down to their least, and then the wide ones again, down to a quarter. null where
 * not even that fits.
 */
export function shareWidth(columns: readonly ColumnNeed[], available: number): number[] | null {
  const wide = sumOf(columns.filter((column) => column.wide));
  const narrow = sumOf(columns.filter((column) => !column.wide));
  const heldFor = (share: number) => Math.max(wide.least, Math.min(wide.natural, available * share));
  if (narrow.least + heldFor(WIDE_MIN) > available) return null;
  const forNarrow = Math.max(narrow.least, available - heldFor(WIDE_FIRST));
  const narrowTotal = Math.min(narrow.natural, forNarrow);
  const wideTotal = available - narrowTotal;
  return columns.map((column) => {
    const [all, total] = column.wide ? [wide, wideTotal] : [narrow, narrowTotal];
    return total >= all.natural && column.wide
      ? (column.natural / all.natural) * total
      : between(column, all, total);
  });
}

interface Sum {
  readonly natural: number;
  readonly least: number;
}

/** The same part of the way from least to natural for every column. */
function between({ natural, least }: ColumnNeed, all: Sum, total: number): number {
  const way = all.natural === all.least ? 1 : Math.min(1, (total - all.least) / (all.natural - all.least));
  return least + (natural - least) * way;
}

function sumOf(columns: readonly ColumnNeed[]): Sum {
  return {
    natural: columns.reduce((sum, { natural }) => sum + natural, 0),
    least: columns.reduce((sum, { least }) => sum + least, 0),
  };
}
