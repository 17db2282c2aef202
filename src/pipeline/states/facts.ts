/** Everything that the table of states is asked about: plain data, so that every case can be tried. */
import type { RunEntry } from '../run/run-entry.ts';

export interface Facts {
  /** When they were gathered, ISO 8601. */
  readonly at: string;
  readonly inputFolder: string;
  /** Why the deployed model cannot be read; null: it can, or there is none. */
  readonly damage: string | null;
  readonly model: { readonly version: string; readonly liveSince: string } | null;
  readonly data: DataFacts | null;
  /** The run of the whole process that ended last; null: none did, or one is asking that has gone well so far. */
  readonly lastRun: RunEntry | null;
  /** A run that is in progress, but for the one that asks. */
  readonly running: { readonly id: string; readonly verb: string; readonly startedAt: string } | null;
  /** The newest check of drift, of whichever model. */
  readonly check: CheckFacts | null;
  /** Where that saw no new row, as right after a training on all of them: the newest that did, of another model. */
  readonly checkBefore: CheckFacts | null;
  /** Files of the newest ingestion that were refused whole and still lie in the input folder. */
  readonly refused: readonly RefusedFile[];
  readonly deliveries: DeliveryFacts;
  /** A retrained model that scores beside the live one. */
  readonly challenge: {
    readonly challenger: string;
    readonly rows: number;
    readonly openedAt: string;
  } | null;
  /** The newest retrained model that the gate refused since the live one went live; null: none. */
  readonly refusal: { readonly at: string; readonly reason: string } | null;
  /** Databases that the last run could take no rows from. */
  readonly failedSources: readonly { readonly name: string; readonly message: string }[];
  /** Other commands and steps that failed since the last run, the newest of each. */
  readonly failedVerbs: readonly RunEntry[];
  /** What held when the last run that succeeded ended, and since when. */
  readonly before: readonly { readonly id: string; readonly since: string | null }[];
}

export interface DataFacts {
  /** Rows kept of those that were read. */
  readonly rows: number;
  readonly read: number;
  readonly quarantined: number;
  /** When the snapshot was made. */
  readonly since: string;
  /** Clients whose risk is of the newest data; null: they have not been scored. */
  readonly clients: number | null;
}

export interface RefusedFile {
  readonly name: string;
  readonly reason: string;
  readonly since: string;
}

/** When new files came, as the runs saw them. */
export interface DeliveryFacts {
  /** Times at which at least one new file was there, newest first, at most the last eleven. */
  readonly times: readonly string[];
  /** `data_overdue_days`: null: by the rhythm of the deliveries; 0: never. */
  readonly overdueDays: number | null;
}

/** What a check recorded, as far as states follow from it. Older versions recorded less. */
export interface CheckFacts {
  readonly at: string;
  readonly modelVersion: string;
  readonly rule: string;
  /** What the rule that decides says, and why. */
  readonly drift: boolean;
  readonly reason: string;
  /** New rows with an outcome, and without one. */
  readonly rows: number;
  readonly unlabelled: number;
  readonly risk: RiskFacts | null;
  /** What is wrong with inputs. */
  readonly alarms: readonly InputAlarmFacts[];
  /** Whether the inputs could be judged; null: there was nothing to judge. */
  readonly inputs: { readonly judged: boolean; readonly rows: number; readonly reason: string } | null;
}

/** What the detector of a change of the risk says. */
export interface RiskFacts {
  readonly alarm: boolean;
  /** What has changed, where it can be told. */
  readonly change: 'base-rate' | 'discrimination' | 'both' | null;
  readonly sentence: string;
  readonly heldOut: { readonly rows: number; readonly left: number | null };
  /** Held-out rows are too few to judge at all: so many would do, or null where none are known; null: they are enough. */
  readonly tooFew: { readonly rowsNeeded: number | null } | null;
}

export interface InputAlarmFacts {
  readonly severity: 'broken' | 'moved';
  readonly column: string;
  readonly file: string | null;
  /** It is of rows of several deliveries, and the newest alone does not show it. */
  readonly isOld: boolean;
  readonly sentence: string;
}
