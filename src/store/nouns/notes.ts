/** Notes: what people say of a model. They are added, and never changed. */
import type { Kysely, Selectable } from 'kysely';
import type { NoteRecord, NoteStore } from '../port/notes.ts';
import type { Listed, Page } from '../port/paging.ts';
import type { NotesTable, Tables } from '../tables.ts';
import { beforeCursor, listed } from './paging.ts';

export function createNotes(db: Kysely<Tables>): NoteStore {
  return {
    recordNote: (note) => recordNote(db, note),
    notes: (page) => listNotes(db, page),
  };
}

async function recordNote(db: Kysely<Tables>, note: NoteRecord): Promise<void> {
  const { modelVersion, createdAt, author, text } = note;
  await db.insertInto('notes').values({ modelVersion, createdAt, author, text }).execute();
}

async function listNotes(
  db: Kysely<Tables>,
  page: Page & { readonly modelVersion?: string },
): Promise<readonly Listed<NoteRecord>[]> {
  let query = db.selectFrom('notes').selectAll().where(beforeCursor('createdAt', page));
  if (page.modelVersion !== undefined) query = query.where('modelVersion', '=', page.modelVersion);
  const rows = await query.orderBy('seq', 'desc').limit(page.limit).execute();
  return rows.map((row) => listed(toNote(row), row.createdAt, row.seq));
}

function toNote({ seq, ...row }: Selectable<NotesTable>): NoteRecord {
  return row;
}
