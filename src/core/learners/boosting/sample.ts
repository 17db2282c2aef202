/** Draws the rows and features of a tree. */
import { createRandom } from '../../../base/random.ts';

/** A share of `rows`, without replacement, in their order (selection sampling, Knuth 3.4.2 S), and the others. */
export function sampleRows(
  rows: Uint32Array,
  share: number,
  seed: number,
  tree: number,
): { bag: Uint32Array; others: Uint32Array } {
  const wanted = Math.max(1, Math.round(rows.length * share));
  if (wanted === rows.length) return { bag: rows, others: new Uint32Array(0) };
  const random = createRandom(seed, 2 * tree);
  const bag = new Uint32Array(wanted);
  const others = new Uint32Array(rows.length - wanted);
  let taken = 0;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] as number;
    if (random.uniform() * (rows.length - index) < wanted - taken) bag[taken++] = row;
    else others[index - taken] = row;
  }
  return { bag, others };
}

/** Flags of the features that a tree may split on: a share of them, at least one. */
export function sampleFeatures(features: number, share: number, seed: number, tree: number): Uint8Array {
  const allowed = new Uint8Array(features);
  const wanted = Math.max(1, Math.round(features * share));
  if (wanted === features) return allowed.fill(1);
  const random = createRandom(seed, 2 * tree + 1);
  let taken = 0;
  for (let feature = 0; feature < features; feature++) {
    if (random.uniform() * (features - feature) < wanted - taken) {
      allowed[feature] = 1;
      taken++;
    }
  }
  return allowed;
}
