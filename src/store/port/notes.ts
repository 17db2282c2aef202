/** Notes of people on models. */
import type { Listed, Page } from './paging.ts';

export interface NoteRecord {
  readonly modelVersion: string;
  readonly createdAt: string;
  /** Who says it: a user of the operating system, or the name that was given. */
  readonly author: string;
  readonly text: string;
}

export interface NoteStore {
  recordNote(note: NoteRecord): Promise<void>;
  notes(page: Page & { readonly modelVersion?: string }): Promise<readonly Listed<NoteRecord>[]>;
}
