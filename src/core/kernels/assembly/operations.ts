/** Sends a chunk to the kernel that does it. */
import { describeUnit } from './gram/describe';
import { sumUnit } from './gram/gram';
import { addHistogramRows } from './histogram';
import {
  GRAM_PASS,
  OP_DESCRIBE,
  OP_GATHER,
  OP_GRADIENTS,
  OP_GRAM,
  OP_HISTOGRAM,
  OP_LEAF_SUMS,
  OP_LEAVES,
  OP_PARTITION,
  OP_SCORE,
  OP_SEARCH,
  OP_SHARED_SEARCH,
  OP_SHARED_SUMS,
  OP_TREE,
} from './layout';
import { addLeafValues, addTreeValues } from './margins';
import { computeGradients, sumLeaf } from './gradients';
import { gatherParts, partRows } from './partition';
import { scoreRows } from './score';
import { searchFeatures } from './search';
import { searchShared, sumShared } from './shared';
import { address } from './task';

export function execute(operation: i32, chunk: i32, thread: i32): void {
  if (operation == OP_HISTOGRAM) addHistogramRows(chunk, thread);
  else if (operation == OP_SEARCH) searchFeatures(chunk, thread);
  else if (operation == OP_PARTITION) partRows(chunk);
  else if (operation == OP_GATHER) gatherParts(chunk);
  else if (operation == OP_GRADIENTS) computeGradients(chunk);
  else if (operation == OP_LEAVES) addLeafValues(chunk);
  else if (operation == OP_LEAF_SUMS) sumLeaf(chunk);
  else if (operation == OP_TREE) addTreeValues(chunk);
  else if (operation == OP_GRAM) sumUnit(chunk, thread, address(GRAM_PASS));
  else if (operation == OP_DESCRIBE) describeUnit(chunk, address(GRAM_PASS));
  else if (operation == OP_SCORE) scoreRows(chunk);
  else if (operation == OP_SHARED_SEARCH) searchShared(chunk, thread);
  else if (operation == OP_SHARED_SUMS) sumShared();
}
