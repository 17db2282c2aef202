/** What the process works with: opened when first needed, so that a quick command stays quick. */
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Progress } from '../base/progress.ts';
import type { Workspace } from '../config/load.ts';
import type { Engine, KeptRows, Snapshots } from '../engine/port.ts';
import type { TableContract } from '../formats/contract/table-contract.ts';
import type { Renderer } from '../report/renderer.ts';
import type { Team } from '../steps/train/team.ts';
import type { Patience } from '../store/databases/store-wait.ts';
import type { LiveFolder } from '../store/live/live-folder.ts';
import type { Store } from '../store/port.ts';
import type { LogJournal } from './run/log-journal.ts';
import type { RunEvents } from './run/run-events.ts';

export interface WithStore {
  store(): Promise<Store>;
}

/** Rows that records of the store refer to. */
export interface WithKeptRows extends WithStore {
  readonly keptRows: KeptRows;
}

export interface WithWorkspace {
  readonly workspace: Workspace;
  readonly contract: TableContract;
}

export interface WithSnapshots {
  readonly snapshots: Snapshots;
}

/** What is deployed, and what the state store knows of it. */
export interface WithLive extends WithStore {
  readonly live: LiveFolder;
}

/** What reads rows and scores them. */
export interface WithData extends WithWorkspace, WithSnapshots, WithKeptRows {
  readonly clock: Clock;
  engine(): Promise<Engine>;
}

/** What answers by the live model. */
export interface WithModel extends WithData, WithLive {}

/** What makes models. */
export interface WithTraining extends WithData {
  /** Version of Tidewatch. */
  readonly version: string;
  readonly progress: Progress;
  /** Threads that make the large fits; started when first asked for. */
  team(): Team;
}

/** What holds the lock of a run, records it and says how it goes. */
export interface WithRuns extends WithLive, WithKeptRows {
  readonly workspace: Workspace;
  readonly version: string;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly log: Log;
  /** What is logged by `log`, for the run under way to keep. */
  readonly journal: Pick<LogJournal, 'follow'>;
  /** Whether lines of the level debug are wanted. */
  readonly logDebug: boolean;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
  /** What happens in the runs of this process and, while somebody listens, of others. */
  readonly events: RunEvents;
}

/** All of it: only the composition root has it, every other function names what it takes. */
export interface Resources extends WithModel, WithTraining, WithRuns {
  /** TIDEWATCH_API_KEY, or null. */
  readonly apiKey: string | null;
  /** Variables of the environment; URLs of databases come from there. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For what is no part of a run: requests to the server. */
  readonly requestLog: Log;
  /** How long the server of the state is waited for, and who hears of it. */
  readonly patience: Patience;
  /** Starts to load when first asked for; ask early and draw late. */
  renderer(): Renderer;
  /** A server of the API on a free port of this machine, for the moment, with a key of its own. */
  momentaryServer(): Promise<{ readonly url: string; readonly apiKey: string; close(): Promise<void> }>;
}
