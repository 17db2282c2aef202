/** The steps of runs. */

export interface StepRecord {
  readonly runId: string;
  readonly name: string;
  readonly startedAt: string;
  /** Null while it runs. */
  readonly seconds: number | null;
  readonly status: 'running' | 'succeeded' | 'failed' | 'skipped';
  /** What it did, or why it stopped or was skipped, in one sentence. */
  readonly note: string;
}

export interface StepStore {
  startStep(step: Pick<StepRecord, 'runId' | 'name' | 'startedAt'>): Promise<void>;
  finishStep(
    runId: string,
    name: string,
    end: Pick<StepRecord, 'seconds' | 'status' | 'note'>,
  ): Promise<void>;
  steps(runId: string): Promise<readonly StepRecord[]>;
  /** Newest finished steps of a name that succeeded, for durations. */
  stepHistory(name: string, limit: number): Promise<readonly StepRecord[]>;
}
