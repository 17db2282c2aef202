/** Trees as nested CASE expressions that route missing values as the scorer does. */
import type { Tree } from '../../document/document.ts';
import type { DialectRules } from './dialect.ts';

/** Splits below each other in one expression (SQLite's parser has a stack of 100); what lies deeper is an expression of its own. */
const MAX_DEPTH = 12;

/** A subtree in an expression of its own, with the conditions under which a row does not come to it. */
interface Piece {
  readonly root: number;
  readonly exits: readonly string[];
}

export interface TreeSqlContext {
  readonly rules: DialectRules;
  /** Column of a feature; NULL where the feature is NaN. */
  readonly columnOf: (feature: number) => string;
  /** Number of levels of a category feature. */
  readonly levelsOf: (feature: number) => number;
}

/**
 * Expressions whose sum is the tree's value of a row: one, or several for a tree of more than 12 splits below each
 * other, of which all but one are 0 then.
 */
export function treeSql(tree: Tree, context: TreeSqlContext): string[] {
  const pieces: Piece[] = [{ root: 0, exits: [] }];
  const texts: string[] = [];
  for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
    const text = nodeSql(tree, piece, 0, context, pieces);
    const ways = piece.exits.map((condition) => `WHEN ${condition} THEN ${context.rules.number(0)}`);
    texts.push(ways.length === 0 ? text : `CASE ${ways.join(' ')} ELSE ${text} END`);
  }
  return texts;
}

function nodeSql(tree: Tree, piece: Piece, depth: number, context: TreeSqlContext, cut: Piece[]): string {
  const node = piece.root;
  if ((tree.feature[node] as number) < 0) return context.rules.number(tree.value[node] as number);
  if (depth === MAX_DEPTH) {
    cut.push(piece);
    return context.rules.number(0);
  }
  const { condition, holds, fails } = split(tree, node, context);
  const text = (child: number, exit: string) =>
    nodeSql(tree, { root: child, exits: [...piece.exits, exit] }, depth + 1, context, cut);
  const [then, other] = [text(holds, `NOT COALESCE(${condition}, 1 = 0)`), text(fails, condition)];
  return `CASE WHEN ${condition} THEN ${then} ELSE ${other} END`;
}

/** The condition of a split that is not true for missing, and where a row goes when it holds and when it does not. */
function split(
  tree: Tree,
  node: number,
  context: TreeSqlContext,
): { condition: string; holds: number; fails: number } {
  const [left, right] = [tree.left[node] as number, tree.right[node] as number];
  const missingLeft = tree.missingLeft[node] === true;
  const x = context.columnOf(tree.feature[node] as number);
  const sides = missingLeft ? { holds: right, fails: left } : { holds: left, fails: right };
  const categories = tree.categories[node] as readonly number[] | null;
  if (categories === null) {
    const threshold = context.rules.number(tree.threshold[node] as number);
    return { condition: `${x} ${missingLeft ? '>' : '<='} ${threshold}`, ...sides };
  }
  const levels = Array.from({ length: context.levelsOf(tree.feature[node] as number) }, (_, code) => code);
  const wanted = levels.filter((code) => categories.includes(code) !== missingLeft);
  return { condition: wanted.length === 0 ? '1 = 0' : context.rules.oneOf(x, wanted), ...sides };
}
