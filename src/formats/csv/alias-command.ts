/** The command that tells a workspace by which other names files have its columns. */
import type { MatchedColumn } from '../contract/table-contract.ts';

/** Columns that one command names; more would be a file of another kind. */
const MAX = 5;

/**
 * `tidewatch columns alias "Supp Calls" support_calls`, to be pasted into a shell; null where there is nothing to
 * name, or a name has characters that no shell takes on one line.
 */
export function aliasCommand(columns: readonly MatchedColumn[]): string | null {
  const names = columns.slice(0, MAX).flatMap(({ column, as }) => [column, as]);
  if (names.length === 0 || names.some((name) => /[\p{Cc}\u2028\u2029]/u.test(name))) return null;
  const isOption = names.some((name) => name.startsWith('-'));
  return ['tidewatch columns alias', ...(isOption ? ['--'] : []), ...names.map(shellWord)].join(' ');
}

/** A word of its own for the shells of Unix, and for those of Windows where the name lets it. */
function shellWord(name: string): string {
  if (/^[\w.-]+$/.test(name)) return name;
  return /["$`\\!%]/.test(name) ? `'${name.replaceAll("'", String.raw`'\''`)}'` : `"${name}"`;
}
