/** What a fit must know of its rows before the first pass: moments, weights and classes. */
import { TidewatchError } from '../../base/errors.ts';
import type { DesignBlock } from './gram.ts';
import { addMoments, createMoments, type Moments } from './moments.ts';

export interface DesignSummary {
  /** Moments of each feature; nothing may be missing. */
  readonly moments: readonly Moments[];
  /** Sum of row weights (rows, without weights). */
  readonly weight: number;
  /** Sum of weights of positive rows. */
  readonly positives: number;
}

/** Error `value-invalid` for a label other than 0 and 1, a value that is not finite or a negative weight. */
export function describeDesign(blocks: readonly DesignBlock[]): DesignSummary {
  const features = blocks[0]?.columns.length ?? 0;
  const moments: Moments[] = Array.from({ length: features }, createMoments);
  let weight = 0;
  let positives = 0;
  for (const block of blocks) {
    block.columns.forEach((column, j) => {
      moments[j] = addMoments(moments[j] as Moments, column);
    });
    const classes = countClasses(block);
    weight += classes.weight;
    positives += classes.positives;
  }
  moments.forEach(checkFinite);
  return { moments, weight, positives };
}

function countClasses({ rows, labels, weights }: DesignBlock): { weight: number; positives: number } {
  let weight = 0;
  let positives = 0;
  for (let i = 0; i < rows; i++) {
    const label = labels[i] as number;
    const share = weights === null ? 1 : (weights[i] as number);
    if ((label !== 0 && label !== 1) || !(share >= 0)) {
      throw new TidewatchError(
        'value-invalid',
        `Training row ${i + 1} of its block has label ${label} and weight ${share}: expected 0 or 1 and a ` +
          'weight that is not negative. Leave rows without a label out.',
      );
    }
    weight += share;
    positives += label * share;
  }
  return { weight, positives };
}

function checkFinite(moments: Moments, feature: number): void {
  // A sum beyond the doubles leaves the mean without a value, and the squares at 0.
  if (moments.missing === 0 && Number.isFinite(moments.squares) && Number.isFinite(moments.mean)) return;
  throw new TidewatchError(
    'value-invalid',
    `Feature ${feature + 1} of the design has ${moments.missing} missing values, or one that is infinite or ` +
      'too large to be squared: expected finite numbers up to some 1e150; the feature recipe replaces missing values.',
  );
}
