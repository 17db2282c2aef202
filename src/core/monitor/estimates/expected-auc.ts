/** ROC AUC of rows whose labels are not known, from the chance of each. */
import { orderDescending } from '../../math/order-descending.ts';

export interface ExpectedAuc {
  readonly value: number;
  /** Derivative of the AUC in the label of each row, at the chances. */
  readonly derivatives: Float64Array;
}

/**
 * Expected number of pairs (one left, one stayed) that the scores put in order, ties counting half, over the
 * expected number of pairs; a row makes no pair with itself. It is the area under the expected ROC curve of CBPE
 * (NannyML) but for the pairs with itself, which that counts as ties. One sort, then passes in O(n).
 * @returns null where no pair can be expected: fewer than two rows, or chances that are all 0 or all 1.
 */
export function expectedAuc(scores: Float64Array, chances: Float64Array): ExpectedAuc | null {
  const order = orderDescending(scores);
  let [left, selfPairs] = [0, 0];
  for (let i = 0; i < chances.length; i++) {
    const chance = chances[i] as number;
    left += chance;
    selfPairs += chance * (1 - chance);
  }
  const stayed = chances.length - left;
  const pairs = left * stayed - selfPairs;
  if (chances.length < 2 || !(pairs > 1e-12 * chances.length)) return null;
  const derivatives = orderedPairDerivatives(scores, chances, order, stayed);
  let ordered = 0;
  for (let i = 0; i < chances.length; i++)
    ordered += (chances[i] as number) * (derivatives.wins[i] as number);
  const value = ordered / pairs;
  const { wins, losses } = derivatives;
  for (let i = 0; i < chances.length; i++) {
    const chance = chances[i] as number;
    const ofPairs = stayed - (1 - chance) - (left - chance);
    wins[i] = ((wins[i] as number) - (losses[i] as number) - value * ofPairs) / pairs;
  }
  return { value, derivatives: wins };
}

/**
 * For each row the expected pairs that it wins if it left (those who stayed and score lower) and loses if it stayed
 * (those who left and score higher).
 */
function orderedPairDerivatives(
  scores: Float64Array,
  chances: Float64Array,
  order: Uint32Array,
  stayed: number,
): { readonly wins: Float64Array; readonly losses: Float64Array } {
  const rows = order.length;
  const wins = new Float64Array(rows);
  const losses = new Float64Array(rows);
  let [leftAbove, stayedAbove] = [0, 0];
  for (let begin = 0; begin < rows; ) {
    const score = scores[order[begin] as number];
    let [end, leftTied] = [begin, 0];
    for (; end < rows && scores[order[end] as number] === score; end++)
      leftTied += chances[order[end] as number] as number;
    const stayedTied = end - begin - leftTied;
    const stayedBelow = stayed - stayedAbove - stayedTied;
    for (let k = begin; k < end; k++) {
      const row = order[k] as number;
      const chance = chances[row] as number;
      wins[row] = stayedBelow + (stayedTied - (1 - chance)) / 2;
      losses[row] = leftAbove + (leftTied - chance) / 2;
    }
    leftAbove += leftTied;
    stayedAbove += stayedTied;
    begin = end;
  }
  return { wins, losses };
}
