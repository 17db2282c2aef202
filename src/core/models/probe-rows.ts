/** Rows on which a model's readers are most likely to differ, made from the model itself. */

import type { StoredRow } from '../columns/stored-rows.ts';
import type { Feature, ModelDocument } from '../document/document.ts';
import { knownLevels, levelTexts } from '../features/level-texts.ts';
import { partsOf } from './learners.ts';

/** Rows that stand exactly on a threshold or a knot, at most. */
const EDGES = 600;

/**
 * Variations of `base`, a row with all inputs of the model: each input missing, all missing, each level and what is
 * easily taken for it, a level never seen, zero with either sign, numbers far away, every threshold and knot.
 */
export function probeRows(model: ModelDocument, base: StoredRow): StoredRow[] {
  const changed = (name: string, value: number | string | null): StoredRow => ({ ...base, [name]: value });
  const rows = model.inputs.flatMap(({ name, kind }) => {
    const values: readonly (number | string | null)[] =
      kind === 'numeric'
        ? [0, -0, 1e12, -1e12, 1 / 3, 1.7e308, -1.7e308]
        : levelVariants(model.features, name);
    return [null, ...values].map((value) => changed(name, value));
  });
  const edges = edgesOf(model)
    .slice(0, EDGES)
    .map(([name, value]) => changed(name, value));
  return [base, Object.fromEntries(model.inputs.map(({ name }) => [name, null])), ...rows, ...edges];
}

function levelVariants(features: readonly Feature[], source: string): string[] {
  const levels = [...levelTexts(knownLevels(features, source)).keys()];
  const variants = levels.flatMap((level) => [level, level.toUpperCase(), level.toLowerCase(), `${level} `]);
  return [...new Set([...variants, 'never seen before', '0', "'"])];
}

/** Source columns with the values at which the model changes its mind. */
function edgesOf({ learner, features }: ModelDocument): (readonly [string, number])[] {
  const { trees } = partsOf(learner);
  const knots = features.flatMap((feature) =>
    feature.kind === 'hinge' ? [[feature.source, feature.knot] as const] : [],
  );
  const thresholds = (trees?.trees ?? []).flatMap((tree) =>
    tree.threshold.flatMap((threshold, node) => {
      const feature = features[tree.feature[node] as number];
      if (threshold === null || Math.abs(threshold) > 1e300) return [];
      return feature?.kind === 'number' ? [[feature.source, threshold] as const] : [];
    }),
  );
  return [...knots, ...thresholds];
}
