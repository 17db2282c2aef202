/**
 * A model as a document: everything that scoring a client needs, as plain JSON data. `trainedmodel.json` holds
 * it; the scorer, the SQL export and the ONNX export read it.
 */
import type { ModelInput } from '../columns/source-column.ts';
import type { DriftReference } from './drift-reference.ts';

export const MODEL_FORMAT = 'tidewatch-model/1';

/**
 * One input of the learner, made from one source column, with values fitted on the training rows.
 * - `number`: the value; `missing` is put where it is missing (NaN: the learner handles missing itself).
 * - `missing`: 1 where the source is missing, else 0.
 * - `level`: 1 where the source equals `level`, else 0; missing and unseen levels give 0.
 * - `hinge`: max(0, value - knot), for linear splines.
 * - `category`: the index of the value in `levels`, for learners with native categories; missing and unseen
 *   levels give NaN.
 * - `target-rate`: the share of leavers among the training rows of a level, shrunk towards that of all rows and
 *   given as log-odds (a target statistic); missing has a share of its own, unseen levels have that of all rows.
 */
export type Feature =
  | { readonly kind: 'number'; readonly source: string; readonly missing: number | null }
  | { readonly kind: 'missing'; readonly source: string }
  | { readonly kind: 'level'; readonly source: string; readonly level: string }
  | { readonly kind: 'hinge'; readonly source: string; readonly knot: number; readonly missing: number }
  | { readonly kind: 'category'; readonly source: string; readonly levels: readonly string[] }
  | {
      readonly kind: 'target-rate';
      readonly source: string;
      readonly levels: readonly string[];
      /** One a level, as log-odds like `missing` and `unseen`. */
      readonly rates: readonly number[];
      readonly missing: number;
      readonly unseen: number;
    };

export interface LogisticParameters {
  readonly kind: 'logistic-regression';
  /** One a feature, on the raw scale of the feature. */
  readonly coefficients: readonly number[];
  readonly intercept: number;
  /** Mean of each feature on the training rows, the point from which reasons are told. */
  readonly means: readonly number[];
}

/** One tree, its nodes as parallel arrays; node 0 is the root. */
export interface Tree {
  /** Feature of the split, or -1 for a leaf. */
  readonly feature: readonly number[];
  /** A number goes left when value <= threshold. null for category splits and leaves. */
  readonly threshold: readonly (number | null)[];
  /** Category indices that go left; null for number splits and leaves. */
  readonly categories: readonly (readonly number[] | null)[];
  /** Whether missing goes left. */
  readonly missingLeft: readonly boolean[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** Margin of a leaf; 0 for splits. */
  readonly value: readonly number[];
  /** Training rows that reached the node. */
  readonly cover: readonly number[];
}

export interface BoostedTreesParameters {
  readonly kind: 'boosted-trees';
  /** Margin before the first tree. */
  readonly base: number;
  readonly trees: readonly Tree[];
}

/**
 * A weighted average of models on the margin. Averages of linear forms are a linear form, and those of trees are trees
 * with smaller leaves, so the margin is that of `linear` plus that of `trees`.
 */
export interface EnsembleParameters {
  readonly kind: 'ensemble';
  /** What it was made of; the weights sum to 1. */
  readonly members: readonly { readonly name: string; readonly weight: number }[];
  /** Over the first features of the document, one a coefficient. null: no member is linear. */
  readonly linear: LogisticParameters | null;
  /** Over all features; null: no member has trees. */
  readonly trees: BoostedTreesParameters | null;
}

export type LearnerParameters = LogisticParameters | BoostedTreesParameters | EnsembleParameters;

/** Map from raw probability to calibrated probability; monotone. */
export type Calibration =
  | { readonly kind: 'none' }
  /** 1 / (1 + exp(-(slope * margin + intercept))). */
  | { readonly kind: 'platt'; readonly slope: number; readonly intercept: number }
  /** logit p = a ln(s) - b ln(1 - s) + c, with s the raw probability. */
  | { readonly kind: 'beta'; readonly a: number; readonly b: number; readonly c: number }
  /** Linear between knots of raw probability, flat outside. */
  | { readonly kind: 'isotonic'; readonly from: readonly number[]; readonly to: readonly number[] };

/** A number with the interval that says how far to trust it, and the rows it comes from. */
export interface Estimate {
  readonly value: number;
  /** Ends of the interval; null where the rows are too few for one that holds (see `tooFew`). */
  readonly low: number | null;
  readonly high: number | null;
  /** Confidence level of the interval, such as 0.95. */
  readonly level: number;
  readonly rows: number;
  /** Why there is no interval; absent where there is one. */
  readonly tooFew?: TooFew;
}

/** The class that has too few rows for an interval. */
export interface TooFew {
  readonly of: 'left' | 'stayed';
  /** Rows of it, and how many an interval takes. */
  readonly rows: number;
  readonly needed: number;
}

/** An estimate with an interval. */
export interface BoundedEstimate extends Estimate {
  readonly low: number;
  readonly high: number;
}

/** Which rows of a snapshot have an outcome to go by: those with a label, if they are old enough. */
export interface Outcomes {
  /** Days after the time of a row at which its label is final; 0: at once. */
  readonly horizonDays: number;
  /** The moment that the age of a row is counted to. ISO 8601, UTC. */
  readonly asOf: string;
  /** Absent: the target says what became of the client after the row. */
  readonly meaning?: 'status';
  /** Rows left out for want of a label, and of one that is final. */
  readonly unlabelled: number;
  readonly immature: number;
  /** Rows of clients that had left by then, and rows that another one answers. Absent: none. */
  readonly gone?: number;
  readonly superseded?: number;
}

/** The clients that were held out: nothing was learned of their rows. */
export interface HeldOut {
  readonly share: number;
  readonly seed: number;
  /** Rows with an outcome, and the clients that they are of. */
  readonly rows: number;
  readonly clients: number;
}

/** A change of what follows from the inputs that was known when a model was made. */
export interface KnownChange {
  /** When the first rows after it came in. ISO 8601, UTC. */
  readonly at: string;
  /** The looks at rows that came after it: those at a model that was live, from a run on; null: all of them. */
  readonly looks: readonly { readonly model: string; readonly from: string | null }[];
  /** Rows with an outcome since, held-out ones included, when the model was made. */
  readonly rows: number;
  /** `since`: nothing was learned of the rows before it. */
  readonly learned: 'since' | 'all';
  /** Why. */
  readonly reason: string;
}

/** How a model was made of another one by its calibration alone. */
export interface Recalibration {
  /** The version of the model that it was made of. */
  readonly of: string;
  readonly at: string;
  /** Rows that say how much the log-odds have moved, and how many of them left. */
  readonly rows: number;
  readonly positives: number;
  /** What was added to the calibrated log-odds. */
  readonly shift: Estimate;
}

/** Where a model comes from. */
export interface Certificate {
  /** ISO 8601, UTC. */
  readonly trainedAt: string;
  /** Version of Tidewatch. */
  readonly version: string;
  readonly seed: number;
  /** `rows` and `positives` are those trained on. */
  readonly snapshot: { readonly id: string; readonly rows: number; readonly positives: number };
  /** Absent: every row of the snapshot was trained on. */
  readonly outcomes?: Outcomes;
  /** Absent: nobody was held out of the snapshot. */
  readonly heldOut?: HeldOut;
  readonly files: readonly string[];
  /** Options the learner was given. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What the fit says of itself (iterations, objective, gradient norm, notes such as separable data). */
  readonly fit: Readonly<Record<string, unknown>>;
  /** Every candidate with its cross-validated scores and the choice with its reason; absent or null: none was made. */
  readonly selection?: unknown;
  /** Why the calibration is what it is. */
  readonly calibration?: string;
  readonly threshold?: { readonly rule: string; readonly reason: string };
  /** Absent: none was known. */
  readonly change?: KnownChange;
  /** Absent: it was trained. */
  readonly recalibrated?: Recalibration;
  /** The inputs as they were on the training rows, to watch for drift; models of older versions have none. */
  readonly reference?: DriftReference;
}

export interface ModelDocument {
  readonly format: typeof MODEL_FORMAT;
  /** Hex SHA-256 of all else in the document, shortened to 12 digits: the model's version. */
  readonly version: string;
  readonly target: { readonly column: string; readonly positive: string };
  readonly id: string | null;
  /** Source columns that scoring needs, each with its kind, and how it is made where it is made of others. */
  readonly inputs: readonly ModelInput[];
  readonly features: readonly Feature[];
  readonly learner: LearnerParameters;
  readonly calibration: Calibration;
  /** A client whose calibrated probability is greater than this counts as leaving. */
  readonly threshold: number;
  readonly certificate: Certificate;
}
