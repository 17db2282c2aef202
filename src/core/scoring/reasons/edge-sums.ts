/** Shapley values of one tree for one row, by one pass down its edges and one up. */
import { gaussLegendre } from '../../math/gauss-legendre.ts';
import type { TreeEdges } from './tree-edges.ts';

/** Points of the integral and their weights, two of which are taken at a time. */
export interface Points {
  readonly at: Float64Array;
  readonly weights: Float64Array;
}

/** Numbers that an edge has during the passes, for each of two points. */
const STRIDE = 8;
/** Product of the factors on the way to the edge; later the sum over the leaves below. */
const PRODUCT = 0;
const SUM = 2;
/** Weight of the point times (follows - share) / factor. */
const GAIN = 4;
/** 1 / factor. */
const INVERSE = 6;

/** Adds up the Shapley values of some rows, tree by tree. */
export interface EdgeSums {
  /** To be written before each call: for each decision of the tree 1 where the row goes left, else 0. */
  readonly goes: Uint8Array;
  /** Values of the rows, `width` places a row, one a feature. */
  readonly values: Float64Array;
  readonly width: number;
  /** Adds the values of a tree to those of a row. */
  add(tree: number, row: number): void;
}

/**
 * A leaf of value v is a game whose players are the D features on its way: a coalition is worth v times the product of
 * one factor a feature, which is 1 or 0 (the row follows the way at all splits of it or does not) for members, and the
 * share of the cover for others. With the weights of coalitions written as an integral, the value of feature p is
 *
 *   v (follows_p - share_p) * integral from 0 to 1 of  prod over q != p of (follows_q t + share_q (1 - t))  dt,
 *
 * a polynomial of degree D - 1, so that ceil(D / 2) points of Gauss and Legendre are exact. For each point the products
 * are made going down, and summed over leaves coming up, as in Linear TreeSHAP (Yu et al. 2022); all terms of a product
 * are above 0 or it is nothing, so no digits are lost. Costs O(edges * D) and no tables.
 * @param rows rows that there are values for.
 */
export function createEdgeSums(edges: TreeEdges, rows: number): EdgeSums {
  const { edgeStarts, players } = edges;
  const follows = new Uint8Array(longest(edgeStarts));
  const work = new Float64Array(follows.length * STRIDE);
  const rules = pointsFor(players);
  const goes = new Uint8Array(longest(edges.decisionStarts));
  const width = widthOf(edges);
  const values = new Float64Array(rows * width);
  return {
    goes,
    values,
    width,
    add(tree, row) {
      const first = edgeStarts[tree] as number;
      const count = (edgeStarts[tree + 1] as number) - first;
      const { at, weights } = rules[players[tree] as number] as Points;
      followInto(edges, first, count, goes, follows);
      for (let k = 0; k < at.length; k += 2) {
        const [t, s] = [at[k] as number, at[k + 1] as number];
        goDown(edges, first, count, follows, work, t, s, weights[k] as number, weights[k + 1] as number);
        comeUp(edges, first, count, work, values, row * width);
      }
    },
  };
}

/** The longest of the parts that begin at `starts`, at least 1. */
export function longest(starts: Int32Array): number {
  let most = 1;
  for (let k = 1; k < starts.length; k++) {
    most = Math.max(most, (starts[k] as number) - (starts[k - 1] as number));
  }
  return most;
}

/** Places for the values of a row: up to the last feature that a tree asks for. */
export function widthOf({ feature }: TreeEdges): number {
  return feature.reduce((width, index) => Math.max(width, index + 1), 0);
}

/** By the number of players, an even number of points that are enough. */
export function pointsFor(players: Int32Array): Points[] {
  const rules: Points[] = [];
  for (const count of new Set(players)) {
    const { points, weights } = gaussLegendre(2 * Math.ceil(count / 4));
    rules[count] = { at: points, weights };
  }
  return rules;
}

/** For each edge, whether the row follows it and all edges above of the same feature. */
function followInto(
  { decision, side, same }: TreeEdges,
  first: number,
  count: number,
  goes: Uint8Array,
  follows: Uint8Array,
): void {
  follows[0] = 1;
  for (let edge = 1; edge < count; edge++) {
    const at = first + edge;
    const agrees = goes[decision[at] as number] === side[at];
    follows[edge] = agrees ? (follows[same[at] as number] as number) : 0;
  }
}

/** Products and gains at the points t and s, whose weights are a and b. */
function goDown(
  { above, same, ownShare, share, value }: TreeEdges,
  first: number,
  count: number,
  follows: Uint8Array,
  work: Float64Array,
  t: number,
  s: number,
  a: number,
  b: number,
): void {
  const [notT, notS] = [1 - t, 1 - s];
  for (let edge = 0; edge < count; edge++) {
    const [at, own] = [first + edge, edge * STRIDE];
    const from = (above[at] as number) * STRIDE;
    const before = (same[at] as number) * STRIDE;
    const r = share[at] as number;
    // The factors of this edge over those of the edge above of the same feature, which are in the product already.
    let [ratioT, ratioS] = [1, 1];
    if (edge === 0) {
      work[PRODUCT] = 1;
      work[PRODUCT + 1] = 1;
      work[GAIN] = 0;
      work[GAIN + 1] = 0;
      work[INVERSE] = 1;
      work[INVERSE + 1] = 1;
    } else if (follows[edge] === 1) {
      const [factorT, factorS] = [t + r * notT, s + r * notS];
      const [inverseT, inverseS] = [1 / factorT, 1 / factorS];
      work[own + INVERSE] = inverseT;
      work[own + INVERSE + 1] = inverseS;
      work[own + GAIN] = a * (1 - r) * inverseT;
      work[own + GAIN + 1] = b * (1 - r) * inverseS;
      ratioT = factorT * (work[before + INVERSE] as number);
      ratioS = factorS * (work[before + INVERSE + 1] as number);
    } else {
      work[own + GAIN] = -a / notT;
      work[own + GAIN + 1] = -b / notS;
      if (follows[same[at] as number] === 1) {
        ratioT = r * notT * (work[before + INVERSE] as number);
        ratioS = r * notS * (work[before + INVERSE + 1] as number);
      } else {
        ratioT = ownShare[at] as number;
        ratioS = ratioT;
      }
    }
    const productT = (work[from + PRODUCT] as number) * ratioT;
    const productS = (work[from + PRODUCT + 1] as number) * ratioS;
    work[own + PRODUCT] = productT;
    work[own + PRODUCT + 1] = productS;
    const leaf = value[at] as number;
    work[own + SUM] = productT * leaf;
    work[own + SUM + 1] = productS * leaf;
  }
}

/**
 * Sums over the leaves below each edge. An edge gives its feature what it gains over the edge above of the same
 * feature, which has counted these leaves as its own.
 */
function comeUp(
  { feature, above, same }: TreeEdges,
  first: number,
  count: number,
  work: Float64Array,
  out: Float64Array,
  place: number,
): void {
  for (let edge = count - 1; edge > 0; edge--) {
    const [at, own] = [first + edge, edge * STRIDE];
    const to = (above[at] as number) * STRIDE;
    const before = (same[at] as number) * STRIDE;
    const [sumT, sumS] = [work[own + SUM] as number, work[own + SUM + 1] as number];
    work[to + SUM] = (work[to + SUM] as number) + sumT;
    work[to + SUM + 1] = (work[to + SUM + 1] as number) + sumS;
    const gainT = (work[own + GAIN] as number) - (work[before + GAIN] as number);
    const gainS = (work[own + GAIN + 1] as number) - (work[before + GAIN + 1] as number);
    const target = place + (feature[at] as number);
    out[target] = (out[target] as number) + (sumT * gainT + sumS * gainS);
  }
}
