/** Listings newest first, page by page, so that each record comes exactly once whatever the clocks said. */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { TidewatchError } from '../../base/errors.ts';
import type { Listed, Page } from '../port/paging.ts';

/** `2026-03-01T08:00:00.000Z` or, after a tilde, with the order of insertion: `2026-03-01T08:00:00.000Z~42`. */
const CURSOR = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z)(?:~(\d{1,15}))?$/;

/** The record of a listing with its cursor, made of its time and its order of insertion. */
export function listed<T extends object>(record: T, time: string, seq: number): Listed<T> {
  return { ...record, cursor: `${time}~${seq}` };
}

/**
 * The condition that leaves only what comes after `page.before` in the order of insertion, newest first; clocks are
 * not asked, since those of several machines may disagree. A time alone leaves what happened before it.
 * `sequence` names the column of seq where a join makes it ambiguous. Throws `request-invalid` for a cursor that is
 * none and for a limit that is not a whole number from 1.
 */
export function beforeCursor(time: string, page: Page, sequence = 'seq'): RawBuilder<SqlBool> {
  const { at, seq } = placeOf(page);
  if (at === null) return sql<SqlBool>`1 = 1`;
  if (seq !== null) return sql<SqlBool>`${sql.ref(sequence)} < ${seq}`;
  // The call keeps an index over the time out of the plan: its order is another, and all of it would be sorted.
  return sql<SqlBool>`coalesce(${sql.ref(time)}, '') < ${at}`;
}

/** The same in the order (`time`, seq), both descending: for numbers that are filed under a time. */
export function beforeMoment(time: string, page: Page): RawBuilder<SqlBool> {
  const { at, seq } = placeOf(page);
  if (at === null) return sql<SqlBool>`1 = 1`;
  if (seq === null) return sql<SqlBool>`${sql.ref(time)} < ${at}`;
  // The first half alone bounds the walk over the index.
  return sql<SqlBool>`(${sql.ref(time)} <= ${at} and (${sql.ref(time)} < ${at} or seq < ${seq}))`;
}

function placeOf({ limit, before }: Page): { readonly at: string | null; readonly seq: number | null } {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new TidewatchError(
      'request-invalid',
      `limit is ${limit}; expected a whole number from 1. Ask for a page of at least one record.`,
    );
  }
  if (before === undefined) return { at: null, seq: null };
  const [, at, seq] = CURSOR.exec(before) ?? [];
  if (at === undefined) throw invalidCursor(before);
  return { at, seq: seq === undefined ? null : Number(seq) };
}

function invalidCursor(before: string): TidewatchError {
  return new TidewatchError(
    'request-invalid',
    `before is "${before.slice(0, 80)}"; expected the cursor of a listed record, or a time in UTC such as ` +
      '2026-03-01T08:00:00.000Z. Take it from the last record of the page before.',
  );
}
