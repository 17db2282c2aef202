/** Finds, for columns that a table lacks, the columns that it has under a slightly different name. */
import { editDistance } from './nearest.ts';
import { quoted } from './shorten.ts';

/** Missing columns for which a near name is looked for, so that a header of any width costs little. */
const MAX_MISSING = 30;
/** Characters of a name, once it is simplified, that are compared letter by letter. */
const MAX_LETTERS = 64;
/** The least difference of names of which only a part is the same. */
const BY_PART = 4;
/** Names of a long list that are shown. */
const SHOWN = 20;

interface Simplified {
  readonly name: string;
  /** Lower-case words without accents: "Support_Calls" and "supportCalls" are support, calls. */
  readonly words: readonly string[];
  readonly letters: string;
  /** The digits of the name: "month_1" and "month_2" are two columns, not two spellings of one. */
  readonly digits: string;
}

interface Pair {
  readonly missing: string;
  readonly found: string;
  readonly difference: number;
}

/**
 * For each name of `missing` the one of `found` that was most likely meant, where one is near: another case, blanks,
 * underscores, hyphens or accents, a plural, one or two letters, a word shortened, or a word more or less before or
 * after it (a unit, a prefix). No name of `found` is given twice; what is not near is not in the answer. `found` must
 * have only names that stand for no other column. Of more than 30 missing names the first 30 are looked at.
 */
export function nearColumns(missing: readonly string[], found: readonly string[]): Map<string, string> {
  const candidates = found.map(simplify);
  const pairs = missing.slice(0, MAX_MISSING).flatMap((name) => clearPairs(simplify(name), candidates));
  const near = new Map<string, string>();
  const taken = new Set<string>();
  for (const pair of pairs.toSorted((a, b) => a.difference - b.difference)) {
    if (near.has(pair.missing) || taken.has(pair.found)) continue;
    near.set(pair.missing, pair.found);
    taken.add(pair.found);
  }
  return near;
}

/** Whether two names are the same but for case, blanks, underscores, hyphens, accents and what cannot be seen. */
export function isOtherSpelling(a: string, b: string): boolean {
  return differenceOf(simplify(a), simplify(b)) === 0;
}

/** The candidates that are near; none where several are so by a part of their name alone and equally. */
function clearPairs(wanted: Simplified, candidates: readonly Simplified[]): Pair[] {
  const pairs = candidates.flatMap((candidate) => {
    const difference = differenceOf(wanted, candidate);
    return difference === null ? [] : [{ missing: wanted.name, found: candidate.name, difference }];
  });
  const least = pairs.reduce(
    (before, { difference }) => Math.min(before, difference),
    Number.POSITIVE_INFINITY,
  );
  const isUnclear = least >= BY_PART && pairs.filter(({ difference }) => difference === least).length > 1;
  return isUnclear ? [] : pairs;
}

/** `Did you mean "Plan"?`, with the column each one is for where several are missing; null where none is near. */
export function nearColumnsQuestion(missing: readonly string[], found: readonly string[]): string | null {
  const near = [...nearColumns(missing, found)];
  if (near.length === 0) return null;
  const meant = near.map(([name, other]) =>
    missing.length === 1 ? quotedVisibly(other, name) : `${quotedVisibly(other, name)} for ${quoted(name)}`,
  );
  return `did you mean ${joined(meant)}?`;
}

/** Names in quotation marks, the first 20 of a long list and how many more there are. */
export function quotedList(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map(quoted).join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}

function joined(texts: readonly string[]): string {
  const last = texts.at(-1) ?? '';
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} and ${last}`;
}

function simplify(name: string): Simplified {
  const words = name
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .replaceAll('ß', 'ss')
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  const letters = words.join('');
  return { name, words, letters, digits: letters.replace(/\P{N}+/gu, ' ').trim() };
}

/** How far two names are apart, less is nearer; null where they are not near. */
function differenceOf(a: Simplified, b: Simplified): number | null {
  if (a.letters === '' || b.letters === '') return null;
  if (a.letters === b.letters) return 0;
  if (a.digits === b.digits) {
    if (singular(a) === singular(b)) return 1;
    const edits = editsOf(a.letters, b.letters);
    if (edits !== null) return 1 + edits;
    if (isShortened(a.words, b.words)) return BY_PART;
  }
  const more = Math.abs(a.words.length - b.words.length);
  return isPart(a, b) || isPart(b, a) ? BY_PART + more : null;
}

function singular({ words }: Simplified): string {
  return words.map((word) => word.replace(/(?<=..)(?:ie)?s$|y$/, '')).join('');
}

/** Letters more, less, other or swapped: one in a name of three to seven letters, two in a longer one; else null. */
function editsOf(a: string, b: string): number | null {
  const shorter = Math.min(a.length, b.length);
  const most = shorter < 3 ? 0 : shorter < 8 ? 1 : 2;
  if (Math.abs(a.length - b.length) > most || Math.max(a.length, b.length) > MAX_LETTERS) return null;
  const edits = isSwapped(a, b) ? 1 : editDistance(a, b);
  return edits <= most ? edits : null;
}

/** Whether two letters that stand side by side have changed places, and nothing else. */
function isSwapped(a: string, b: string): boolean {
  const at = [...a].findIndex((letter, k) => letter !== b[k]);
  return at >= 0 && a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}

/** Whether each word of the one begins with, or is the beginning of, that of the other: "cust_id" and "customer_id". */
function isShortened(a: readonly string[], b: readonly string[]): boolean {
  return (
    a.length === b.length &&
    a.every((word, k) => {
      const other = b[k] ?? '';
      const [short, long] = word.length < other.length ? [word, other] : [other, word];
      return short === long || (short.length >= 3 && long.startsWith(short));
    })
  );
}

/** Whether the words of the one are the first or the last of the other, which has at most two more. */
function isPart(part: Simplified, whole: Simplified): boolean {
  const more = whole.words.length - part.words.length;
  if (more < 1 || more > 2) return false;
  const isAt = (start: number) => part.words.every((word, k) => word === whole.words[start + k]);
  return isAt(0) || isAt(more);
}

/** As `quoted`; what cannot be seen, or looks as in the other name, is written by its number, as `\u00a0`. */
function quotedVisibly(name: string, other: string): string {
  const looksAlike = name.normalize('NFKC').trim() === other.normalize('NFKC').trim();
  const hidden = looksAlike
    ? /[^\x20-\x7e]/g
    : /[\u00a0\u00ad\u2000-\u200f\u2028-\u202f\u205f-\u206f\ufeff]/g;
  return quoted(name).replace(hidden, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
