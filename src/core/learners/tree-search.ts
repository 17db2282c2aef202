/** Which shapes of boosted trees are tried: a walk from medium trees to where nothing is gained any more. */

export interface TreeShape {
  readonly leaves: number;
  readonly learningRate: number;
  /** Shares of the columns and rows that a tree sees. */
  readonly columnSample: number;
  readonly rowSample: number;
}

/** Numbers of leaves, from stumps on. */
const LEAVES = [2, 4, 8, 16, 31, 64, 128] as const;
const FIRST = 8;
const PLAIN = { learningRate: 0.05, columnSample: 1, rowSample: 1 } as const;
const SAMPLED = { learningRate: 0.03, columnSample: 0.5, rowSample: 0.8 } as const;

/** The shape that the walk begins with. */
export const FIRST_SHAPE: TreeShape = Object.freeze({ leaves: FIRST, ...PLAIN });

/** Such as trees-31, or trees-31-sampled. */
export function shapeName({ leaves, columnSample, rowSample }: TreeShape): string {
  return `trees-${leaves}${columnSample < 1 || rowSample < 1 ? '-sampled' : ''}`;
}

export interface TriedShape {
  readonly shape: TreeShape;
  /** Mean log loss out of fold. */
  readonly loss: number;
}

/**
 * The shape to try next; null: the walk has ended. It begins with trees of 8 leaves, and goes on to the next number of
 * leaves on either side of the best one so far, as long as a side was not tried: so the grid grows where its edge wins,
 * and ends where it does not. Last come trees of the best size that see a part of the rows and columns each.
 */
export function nextShape(tried: readonly TriedShape[]): TreeShape | null {
  const plain = tried.filter(({ shape }) => isPlain(shape));
  if (plain.length === 0) return FIRST_SHAPE;
  const has = (leaves: number) => plain.some(({ shape }) => shape.leaves === leaves);
  const best = leastLoss(plain).shape;
  const place = LEAVES.findIndex((leaves) => leaves === best.leaves);
  for (const leaves of [LEAVES[place + 1], LEAVES[place - 1]]) {
    if (leaves !== undefined && !has(leaves)) return { leaves, ...PLAIN };
  }
  const sampled = tried.some(({ shape }) => !isPlain(shape) && shape.leaves === best.leaves);
  return sampled ? null : { leaves: best.leaves, ...SAMPLED };
}

function isPlain({ columnSample, rowSample }: TreeShape): boolean {
  return columnSample === 1 && rowSample === 1;
}

function leastLoss(tried: readonly TriedShape[]): TriedShape {
  return tried.reduce((best, each) => (each.loss < best.loss ? each : best));
}
