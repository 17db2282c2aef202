/** A grown tree as the plain data of a model document. */
import type { Tree } from '../../document/document.ts';
import type { FeatureBins } from './binner.ts';
import type { GrownNode, NodeSplit } from './kernels.ts';

/**
 * Gives each split as a threshold on the raw value or as the levels that go left, so that a raw value takes the
 * branch that its bin took. Cover is the number of training rows (drawn for this tree) that reached the node.
 */
export function describeTree(nodes: readonly GrownNode[], features: readonly FeatureBins[]): Tree {
  return {
    feature: nodes.map(({ split }) => split?.feature ?? -1),
    threshold: nodes.map(({ split }) => (split === null ? null : thresholdOf(split, features))),
    categories: nodes.map(({ split }) => (split === null ? null : levelsOf(split, features))),
    missingLeft: nodes.map(({ split }) => split?.missingLeft ?? false),
    left: nodes.map(({ left }) => left),
    right: nodes.map(({ right }) => right),
    value: nodes.map(({ value }) => value),
    cover: nodes.map(({ sums }) => sums.rows),
  };
}

function thresholdOf(split: NodeSplit, features: readonly FeatureBins[]): number | null {
  const bins = features[split.feature];
  if (bins?.kind !== 'numeric') return null;
  // Past the last cut lies the split of all values against missing.
  return bins.cuts[split.bin] ?? Number.MAX_VALUE;
}

function levelsOf(split: NodeSplit, features: readonly FeatureBins[]): number[] | null {
  const bins = features[split.feature];
  if (bins?.kind !== 'categorical') return null;
  return Array.from(bins.binOf, (_, code) => code).filter(
    (code) => split.goesLeft[bins.binOf[code] as number] === 1,
  );
}
