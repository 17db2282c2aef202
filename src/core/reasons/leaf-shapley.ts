/** Shapley values of one leaf: a game whose players are the features on the way to it. */
import type { LeafPath } from './tree-paths.ts';

/**
 * Shapley value of each feature on the path when the row goes the leaf's way at the features that `follows` has a
 * 1 for. A coalition is worth value * prod over its members of (follows ? 1 : 0) * prod over the others of
 * share. The sum over coalitions by size is a polynomial product, so the cost is O(D^3) for D features; nothing is
 * divided, so no digits are lost.
 */
export function leafShapley({ value, shares }: LeafPath, follows: Uint8Array): Float64Array {
  const players = shares.length;
  const weights = coalitionWeights(players);
  return Float64Array.from(shares, (share, player) => {
    // polynomial[k]: worth of all coalitions of k other players.
    const polynomial = new Float64Array(players);
    polynomial[0] = 1;
    for (let other = 0, degree = 0; other < players; other++) {
      if (other === player) continue;
      const inside = follows[other] as number;
      const outside = shares[other] as number;
      degree++;
      for (let k = degree; k > 0; k--) {
        polynomial[k] = (polynomial[k] as number) * outside + (polynomial[k - 1] as number) * inside;
      }
      polynomial[0] = (polynomial[0] as number) * outside;
    }
    const worth = polynomial.reduce((sum, term, k) => sum + term * (weights[k] as number), 0);
    return value * ((follows[player] as number) - share) * worth;
  });
}

/** k! (n - 1 - k)! / n!, the weight of a coalition of k others among n players. */
function coalitionWeights(players: number): Float64Array {
  const weights = new Float64Array(players);
  if (players > 0) weights[0] = 1 / players;
  for (let k = 1; k < players; k++) weights[k] = ((weights[k - 1] as number) * k) / (players - k);
  return weights;
}
