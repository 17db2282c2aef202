/** What people recorded of clients: notes and outcomes. */

export interface ClientNoteRecord {
  readonly clientId: string;
  readonly createdAt: string;
  readonly author: string;
  readonly text: string;
}

export interface OutcomeRecord {
  readonly clientId: string;
  readonly createdAt: string;
  /** contacted says nothing of the label. */
  readonly outcome: 'stayed' | 'left' | 'contacted';
  /** When it happened. */
  readonly at: string;
  readonly author: string;
  /** True where it is a label by now, or will never be one. */
  readonly settled: boolean;
  /** The input file that gave the label; null: none. */
  readonly file: string | null;
}

export interface ClientRecordStore {
  recordClientNote(note: ClientNoteRecord): Promise<void>;
  recordOutcome(outcome: Omit<OutcomeRecord, 'settled' | 'file'>): Promise<void>;
  /** Says of outcomes, by their `seq`, that they are labels in `file`, or with null that they never will be. */
  settleOutcomes(places: readonly number[], file: string | null): Promise<void>;
  clientNotes(clientId: string, limit: number): Promise<readonly ClientNoteRecord[]>;
  outcomes(clientId: string, limit: number): Promise<readonly OutcomeRecord[]>;
  /** Outcomes that are labels to come, in the order told. */
  waitingOutcomes(limit: number): Promise<readonly (OutcomeRecord & { readonly seq: number })[]>;
}
