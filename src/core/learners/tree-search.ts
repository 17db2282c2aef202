/** Which shapes of boosted trees are tried: a walk from medium trees to where nothing is gained any more. */

export interface TreeShape {
  readonly leaves: number;
  /** Most splits between root and leaf; null: no limit, the leaf that gains most is split wherever it is. */
  readonly depth: number | null;
}

/** Numbers of leaves, from stumps on. */
const LEAVES = [2, 4, 8, 16, 31, 64, 128] as const;

/** The shape that the walk begins with. */
export const FIRST_SHAPE: TreeShape = Object.freeze({ leaves: 8, depth: null });

/** Such as trees-31, or trees-depth-4. */
export function shapeName({ leaves, depth }: TreeShape): string {
  return depth === null ? `trees-${leaves}` : `trees-depth-${depth}`;
}

export interface TriedShape {
  readonly shape: TreeShape;
  /** Mean log loss out of fold. */
  readonly loss: number;
}

/**
 * The shape to try next; null: the walk has ended. It begins with trees of 8 leaves, and goes on to the next number of
 * leaves on either side of the best one so far, as long as a side was not tried: so the grid grows where its edge wins,
 * and ends where it does not. Last come balanced trees of about twice as many leaves, whose depth is limited: on half of
 * the public sets they were better, on all they err elsewhere, which an average profits from.
 */
export function nextShape(tried: readonly TriedShape[]): TreeShape | null {
  const free = tried.filter(({ shape }) => shape.depth === null);
  if (free.length === 0) return FIRST_SHAPE;
  const has = (leaves: number) => free.some(({ shape }) => shape.leaves === leaves);
  const best = free.reduce((least, each) => (each.loss < least.loss ? each : least)).shape;
  const place = LEAVES.findIndex((leaves) => leaves === best.leaves);
  for (const leaves of [LEAVES[place + 1], LEAVES[place - 1]]) {
    if (leaves !== undefined && !has(leaves)) return { leaves, depth: null };
  }
  if (free.length < tried.length || best.leaves === LEAVES[0]) return null;
  const depth = Math.round(Math.log2(best.leaves)) + 1;
  return { leaves: 2 ** depth, depth };
}
