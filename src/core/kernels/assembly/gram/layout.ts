/**
 * Where the compiled Gram kernels and the TypeScript that drives them meet in memory. Read by both compilers, so it
 * holds plain constants only. All offsets are bytes.
 */

/** Rows of a tile: its columns stay in the cache. */
export const TILE = 256;
export const TILE_BYTES = 2048;

/** The pass, as 32-bit whole numbers. */
export const PASS_UNITS = 0;
export const PASS_UNIT_BYTES = 4;
export const PASS_FEATURES = 8;
/** Coefficients (features + 1), means and scales, as doubles one after another. */
export const PASS_PARAMETERS = 12;
export const PASS_SUMS = 16;
export const PASS_SUM_BYTES = 20;
export const PASS_WORKSPACE = 24;
export const PASS_WORKSPACE_BYTES = 28;
/** 1 where the Hessian is wanted. */
export const PASS_HESSIAN = 32;
export const PASS_BYTES = 64;

/** A unit of rows, as 32-bit whole numbers: rows, addresses of labels and weights (0: none), then of each column. */
export const UNIT_ROWS = 0;
export const UNIT_LABELS = 4;
export const UNIT_WEIGHTS = 8;
export const UNIT_COLUMNS = 12;

/** Sums of a unit, as doubles: loss, weight, wrong rows, gradient, then the Hessian row after row. */
export const SUM_LOSS = 0;
export const SUM_WEIGHT = 8;
export const SUM_WRONG = 16;
export const SUM_GRADIENT = 24;

/** Description of a unit, as doubles: weight, weight of positive rows, labels or weights that are none, columns. */
export const ABOUT_WEIGHT = 0;
export const ABOUT_POSITIVES = 8;
export const ABOUT_INVALID = 16;
export const ABOUT_COLUMNS = 24;
/** Of each column: mean, squares, min, max. */
export const ABOUT_COLUMN_BYTES = 32;

/**
 * A thread's workspace: curvatures, residuals, two weighted columns, then the columns of the tile, the intercept's
 * ones first. As columns are taken up to four at a time, three more are read past the last; they count for nothing.
 */
export const SPACE_CURVATURES = 0;
export const SPACE_RESIDUALS = 2048;
export const SPACE_WEIGHTED = 4096;
export const SPACE_COLUMNS = 8192;
export const SPACE_SPARE_COLUMNS = 3;
