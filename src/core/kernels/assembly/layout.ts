/**
 * Where the compiled kernels and the TypeScript that drives them meet in memory. Read by both compilers, so it holds
 * plain constants only. Addresses are bytes from the start of the memory.
 */

/** Work of the team: epoch in the high 32 bits, chunks not yet taken in the low ones (i64). */
export const TICKET = 1024;
/** Chunks done of the present operation (i32), on a cache line of its own. */
export const DONE = 1088;
/** Workers asleep (i32). */
export const SLEEPERS = 1152;
/** 1 while the leader sleeps (i32). */
export const LEADER_SLEEPS = 1156;
/** 1 when the workers shall return (i32). */
export const QUIT = 1160;
/** The operation and its number of chunks (i32 each). */
export const OPERATION = 1216;
export const CHUNKS = 1220;
/** Number of threads, the leader included (i32). */
export const THREADS = 1224;
/** For each thread, the number of the last histogram it added to (i32 each, 64 bytes apart). */
export const TOOK_PART = 2048;
export const MAX_THREADS = 256;

/** Arguments of the operations: 32-bit whole numbers at TASK + 4 * name. */
export const TASK = 32768;
export const ROWS = 0;
export const LEFT = 1;
export const RIGHT = 2;
export const MATRIX = 3;
export const STRIDE = 4;
export const COLUMN = 5;
export const FEATURES = 6;
export const GRADIENTS = 7;
export const MARGINS = 8;
export const LABELS = 9;
export const WEIGHTS = 10;
export const SHAPES = 11;
export const PRIVATE = 12;
export const SLOT_BYTES = 13;
export const SPLITS = 14;
export const GOES_LEFT = 15;
export const COUNTS = 16;
export const HESSIAN_BITS = 17;
export const BEGIN = 18;
export const END = 19;
export const CHUNK_ROWS = 20;
export const BUILD_SLOT = 21;
export const SIBLING_SLOT = 22;
export const SEARCH_BUILD = 23;
export const SEARCH_SIBLING = 24;
export const HISTOGRAM_NUMBER = 25;
export const MIN_ROWS = 26;
export const MAX_CATEGORIES = 27;
export const ONE_AGAINST_REST = 28;
export const LEAVES = 29;
export const NODES = 30;
export const TREE_ROWS = 31;
export const WORKSPACE = 32;
export const WORKSPACE_BYTES = 33;
export const SHARED_HISTOGRAM = 34;
export const FEATURES_PER_CHUNK = 35;
export const TREES = 36;
export const TREE_COUNT = 37;
/** Nodes of a level, at NODES, and the feature that splits them. */
export const SHARED_NODES = 38;
export const SHARED_FEATURE = 39;
/** Address of a pass of Gram statistics; src/core/kernels/assembly/gram/layout.ts says what is there. */
export const GRAM_PASS = 63;

/** Arguments that are doubles, at REAL + 8 * name. */
export const REAL = 33024;
export const GRADIENT_SCALE = 0;
export const HESSIAN_SCALE = 1;
export const L2 = 2;
export const MIN_HESSIAN = 3;
export const MIN_GAIN = 4;
export const CATEGORY_SMOOTH = 5;
export const CATEGORY_L2 = 6;
/** Five a node: gradient, hessian, rows, low, high. The built node first, then its sibling. */
export const NODE_STATISTICS = 8;

/**
 * Bytes of a feature's histogram in a slot: 256 bins of 16, and a cache line more, so that the first bins of all
 * features, which are all that features of few values have, do not share a few sets of the cache.
 */
export const HISTOGRAM_BYTES = 4160;
/** Bytes of a feature's shape: kind (1 levels), bins, monotone, flags, as i32. */
export const SHAPE_BYTES = 16;
export const FLAG_ALLOWED = 1;
export const FLAG_FINITE = 2;
/** Bytes of a found split: gain, gradient, hessian, rows (f64), bin, missing left (i32), 256 flags. */
export const SPLIT_BYTES = 304;
/** Bytes of a node of a tree to send rows down: feature or -1, left, right (i32), pad, value (f64), pad, 256 flags. */
export const NODE_BYTES = 288;
/** Bytes of a node of a level: address of its slot (i32), pad, gradient, hessian, rows (f64). */
export const SHARED_NODE_BYTES = 32;
/** Rows of a sparse node that are brought together before they are added. */
export const STAGED_ROWS = 32;

export const OP_GRADIENTS = 1;
export const OP_HISTOGRAM = 2;
export const OP_SEARCH = 3;
export const OP_PARTITION = 4;
export const OP_GATHER = 5;
export const OP_LEAVES = 6;
export const OP_TREE = 7;
export const OP_SCORE = 8;
export const OP_SHARED_SEARCH = 9;
export const OP_SHARED_SUMS = 10;
export const OP_LEAF_SUMS = 11;
export const OP_GRAM = 16;
export const OP_DESCRIBE = 17;

/**
 * Bytes of a node to score with, one cache line: feature, addresses of the children (a leaf is its own child), pad,
 * value (f64), pad, 256 bits that say which bins go left.
 */
export const SCORE_NODE_BYTES = 64;
/** Bytes of a tree to score with: address of its root and levels of splits (i32 each). */
export const TREE_BYTES = 8;
