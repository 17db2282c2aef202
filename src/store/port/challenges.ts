/** Challenges: a challenger beside the champion on the same new rows. */
import type { DuelState } from '../../core/monitor/performance/duel.ts';
import type { Listed, Page } from './paging.ts';

export interface ChallengeRecord {
  /** The run that opened it. */
  readonly runId: string;
  /** Versions of both models. */
  readonly challenger: string;
  readonly champion: string;
  readonly openedAt: string;
  /** New labelled rows that both were compared on so far. */
  readonly rows: number;
  /** How the comparison stands. */
  readonly state: DuelState;
  readonly status: 'open' | 'promoted' | 'retired' | 'superseded';
  /** The run that ended it, when, and why; null while it is open. */
  readonly decidedRun: string | null;
  readonly decidedAt: string | null;
  readonly reason: string | null;
}

export interface ChallengeStore {
  /** Opens a challenge; one that is open ends as `superseded`. */
  startChallenge(
    challenge: Pick<ChallengeRecord, 'runId' | 'challenger' | 'champion' | 'openedAt' | 'state'>,
  ): Promise<void>;
  /** Keeps how the open challenge of this challenger stands. */
  advanceChallenge(step: Pick<ChallengeRecord, 'challenger' | 'rows' | 'state'>): Promise<void>;
  endChallenge(end: {
    readonly challenger: string;
    readonly status: Exclude<ChallengeRecord['status'], 'open'>;
    readonly runId: string;
    readonly at: string;
    readonly reason: string;
  }): Promise<void>;
  /** The challenge that is open, or null. */
  openChallenge(): Promise<ChallengeRecord | null>;
  challenges(page: Page): Promise<readonly Listed<ChallengeRecord>[]>;
}
