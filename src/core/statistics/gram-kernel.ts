/** The Gram kernel in plain JavaScript: fused loops for up to three features, tiles for more. */
import type { DesignBlock, GramPoint, GramStatistics } from './gram.ts';
import { FUSED_FEATURES, fusedGram } from './gram-fused.ts';
import { tiledGram } from './gram-tiled.ts';

/** Statistics of one block at a point. Blocks and points must have the same number of features. */
export function gramKernel(block: DesignBlock, point: GramPoint): GramStatistics {
  const features = block.columns.length;
  const fused = features > 0 && features <= FUSED_FEATURES && block.weights === null;
  return fused ? fusedGram(block, point) : tiledGram(block, point);
}
