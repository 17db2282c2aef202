/** What training is asked, what it needs, and what it says of a model. */
import type { Clock } from '../../base/clock.ts';
import type { Progress } from '../../base/progress.ts';
import type { Holdout } from '../../core/clients/held-out.ts';
import type { Calibration, KnownChange, ModelDocument } from '../../core/document/document.ts';
import type { CandidateSpec, ModelFamily } from '../../core/learners/candidates.ts';
import type { FoldPlan } from '../../core/learners/plan-folds.ts';
import type { LogisticOptions } from '../../core/learners/standard-coordinates.ts';
import type { Evaluation } from '../../core/metrics/evaluate.ts';
import type { Engine, Snapshot } from '../../engine/port.ts';
import type { OutcomeRule } from '../../engine/rows/history.ts';
import type { RowsSince } from '../../engine/rows/rows-since.ts';
import type { TableContract } from '../../formats/contract/table-contract.ts';
import type { LeaseStore } from '../../store/port/leases.ts';
import type { ModelStore } from '../../store/port/models.ts';
import type { DecisionOptions } from './decide.ts';
import type { Compute } from './fit/rows.ts';

export interface TrainOptions extends DecisionOptions {
  readonly runId: string;
  readonly version: string;
  readonly snapshot: Pick<Snapshot, 'id' | 'parquetPath' | 'columns'>;
  /** Names of the files that the snapshot was made of. */
  readonly files: readonly string[];
  readonly contract: TableContract;
  /** Absolute path of output_model_path. */
  readonly modelFolder: string;
  /** Absolute path of output_folder_path, where the reference sample goes. */
  readonly outputFolder: string;
  readonly model: ModelFamily;
  readonly logistic: LogisticOptions;
  /** Rows without a final outcome are left out. */
  readonly outcomes: Omit<OutcomeRule, 'now'>;
  /** Clients that nothing is learned of; null: none. */
  readonly holdout: Holdout | null;
  /** What is known of changes; absent: nothing. */
  readonly changes?: KnownChanges;
  /** The name of the candidate that the live model is; absent: not known. */
  readonly liveCandidate?: string | null;
  /** Source columns with which the risk may only rise (1) or only fall (-1), in boosted trees. */
  readonly monotone: Readonly<Record<string, 1 | -1>>;
  /** Seconds that choosing a model may take, about; null: by the size of the table. */
  readonly budgetSeconds: number | null;
}

/** Rows that came after a change, and the looks that they are known by. */
export interface RowsAfter extends RowsSince {
  readonly looks: KnownChange['looks'];
}

export interface KnownChanges {
  /** The newest one; null: none is known. */
  readonly newest: RowsAfter | null;
  /** An earlier one, since which the live model was made; null: it was not. */
  readonly earlier: RowsAfter | null;
}

export const NO_CHANGES: KnownChanges = Object.freeze({ newest: null, earlier: null });

export interface TrainDeps {
  readonly engine: Engine;
  readonly store: Pick<ModelStore, 'recordModel'> & Pick<LeaseStore, 'whileHeld'>;
  readonly clock: Clock;
  readonly progress: Progress;
  /** Makes the large fits; asked for only when there is one. */
  readonly compute: () => Compute;
}

/** How the model was chosen; every candidate was scored on the same folds. */
export interface Selection {
  readonly chosen: string;
  readonly reason: string;
  readonly folds: number;
  readonly repeats: number;
  readonly kind: FoldPlan['kind'];
  /** Rows that took part. */
  readonly rows: number;
  /** Clients that these are of, each with all its rows in one fold; absent: each row is a client of its own. */
  readonly clients?: number;
  readonly candidates: readonly {
    readonly name: string;
    readonly family: CandidateSpec['family'];
    /** Mean log loss over the folds. */
    readonly logLoss: number;
    /** Behind the best, and the standard error of that difference. */
    readonly behind: number;
    readonly standardError: number;
    readonly foldLosses: readonly number[];
    /** Scores of the out-of-fold rows, with intervals, before calibration. */
    readonly outOfFold: Evaluation['metrics'];
  }[];
}

/** A model that was trained, and is in output_model_path. */
export interface Trained {
  readonly model: ModelDocument;
  readonly summary: TrainSummary;
}

export interface TrainSummary {
  readonly version: string;
  readonly learner: string;
  readonly path: string;
  readonly snapshot: string;
  /** Rows trained on, and how many of them left. */
  readonly rows: number;
  readonly positives: number;
  /** Rows that were left out: of held-out clients, without an outcome, with one that is not final, of clients that had left. */
  readonly heldOut: number;
  readonly unlabelled: number;
  readonly immature: number;
  readonly gone: number;
  readonly selection: Selection | null;
  readonly calibration: { readonly kind: Calibration['kind']; readonly reason: string };
  readonly threshold: { readonly value: number; readonly rule: string; readonly reason: string };
  /** One a feature of a logistic regression, or of the linear part of an ensemble; empty for trees. */
  readonly coefficients: readonly { readonly name: string; readonly value: number }[];
  readonly intercept: number | null;
  readonly fit: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
  /** Rows of the reference sample that estimates without labels are made from; 0 where none could be made, and why. */
  readonly reference: { readonly rows: number; readonly reason: string | null };
}
