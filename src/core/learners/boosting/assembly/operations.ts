/** Sends a chunk to the kernel that does it. */
import { addHistogramRows } from './histogram';
import {
  OP_GATHER,
  OP_GRADIENTS,
  OP_HISTOGRAM,
  OP_LEAVES,
  OP_PARTITION,
  OP_SEARCH,
  OP_TREE,
} from './layout';
import { addLeafValues, addTreeValues } from './margins';
import { computeGradients } from './gradients';
import { gatherParts, partRows } from './partition';
import { searchFeatures } from './search';

export function execute(operation: i32, chunk: i32, thread: i32): void {
  if (operation == OP_HISTOGRAM) addHistogramRows(chunk, thread);
  else if (operation == OP_SEARCH) searchFeatures(chunk, thread);
  else if (operation == OP_PARTITION) partRows(chunk);
  else if (operation == OP_GATHER) gatherParts(chunk);
  else if (operation == OP_GRADIENTS) computeGradients(chunk);
  else if (operation == OP_LEAVES) addLeafValues(chunk);
  else if (operation == OP_TREE) addTreeValues(chunk);
}
