/** Notes on models: what people say of them, for those who come after. */
import { userInfo } from 'node:os';
import { TidewatchError } from '../../base/errors.ts';
import type { NoteRecord } from '../../store/port/notes.ts';
import type { Page } from '../../store/port/paging.ts';
import type { Resources, WithLive } from '../resources.ts';
import { resolveVersion } from './model-names.ts';

export interface NotePage {
  readonly notes: readonly NoteRecord[];
  /** `before` of the next page; null: this was the last one. */
  readonly next: string | null;
}

export interface NewNote {
  /** Version of the model, or another name of it. */
  readonly model: string;
  /** null: the user of the operating system. */
  readonly author: string | null;
  readonly text: string;
}

/** Longest author that the store keeps. */
const LONGEST_AUTHOR = 200;

/** Adds a note. Errors: those of `resolveVersion`; `usage` for an empty text or an author that is too long. */
export async function addNote(
  resources: Pick<Resources, 'clock' | 'live' | 'store'>,
  note: NewNote,
): Promise<NoteRecord> {
  const text = note.text.trim();
  const author = (note.author ?? systemUser()).trim();
  if (text === '' || author === '' || author.length > LONGEST_AUTHOR) {
    throw new TidewatchError(
      'usage',
      text === ''
        ? 'The note is empty. Give its text in quotes.'
        : `The author is ${author === '' ? 'empty' : `of ${author.length} characters`}; expected 1 to ${LONGEST_AUTHOR}.`,
    );
  }
  const record: NoteRecord = {
    modelVersion: await resolveVersion(resources, note.model),
    createdAt: resources.clock.now().toISOString(),
    author,
    text,
  };
  await (await resources.store()).recordNote(record);
  return record;
}

/** One page of the notes on a model, or on all (null), newest first. */
export async function listNotes(resources: WithLive, model: string | null, page: Page): Promise<NotePage> {
  const store = await resources.store();
  const of = model === null ? {} : { modelVersion: await resolveVersion(resources, model) };
  const found = await store.notes({ ...page, ...of, limit: page.limit + 1 });
  const shown = found.slice(0, page.limit);
  const notes = shown.map(({ cursor: _, ...note }) => note);
  return { notes, next: found.length > shown.length ? (shown.at(-1)?.cursor ?? null) : null };
}

/** A user without an entry in the list of users, as in many containers, goes by its number. */
function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
