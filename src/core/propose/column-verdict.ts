/** Decides what one column is for: the id, a feature and of which kind, or nothing, and why. */
import { TidewatchError } from '../../base/errors.ts';
import { type ColumnKind, hasLevels, kindOf } from './column-kind.ts';
import {
  idRank,
  isCodeName,
  isCounterName,
  isKeyName,
  isNamedAfterOutcome,
  isPersonalName,
  roleRank,
} from './column-names.ts';
import type { ColumnTally } from './column-tally.ts';
import { findLeak } from './leaks.ts';
import type { TableTally } from './table-tally.ts';
import type { TargetChoice, TargetWish } from './target-choice.ts';

/** Why a column would mislead a model or tell it nothing. */
export type SuspectKind =
  | 'after-outcome'
  | 'copy-of-target'
  | 'copy'
  | 'constant'
  | 'counter'
  | 'key'
  | 'personal'
  | 'free-text'
  | 'nameless';

export type ProposedRole = 'id' | 'target' | 'numeric' | 'categorical' | 'owner' | 'time' | 'left-out';

export interface Verdict {
  readonly role: ProposedRole;
  /** Set exactly where the column was left out as unfit, and not because it was asked for. */
  readonly suspect: SuspectKind | null;
  readonly why: string;
}

/** What the person asked for. Names are those of the header. */
export interface ProposalWishes extends TargetWish {
  readonly id: string | null;
  /** The time of a row; null: by its name. */
  readonly time: string | null;
  /** Columns to use as features, whatever they look like. */
  readonly use: readonly string[];
  readonly leaveOut: readonly string[];
  /** Columns to use and to read as numbers, or as categories. */
  readonly numeric: readonly string[];
  readonly categorical: readonly string[];
  /** false: nothing is derived of other columns. */
  readonly derived?: boolean;
}

const NEARLY_UNIQUE = 0.9;
/** Rows below which "each value differs" says nothing. */
const FEW_ROWS = 10;

/**
 * The verdict on a column that is neither target nor id. Copies among the features are not looked for here.
 * @param isStatus whether the target is the status of a client at the time of the row, as far as the columns show.
 */
export function judgeColumn(
  tally: TableTally,
  target: TargetChoice,
  column: number,
  wishes: ProposalWishes,
  isStatus: boolean,
): Verdict {
  const name = tally.names[column] as string;
  const own = tally.columns[column] as ColumnTally;
  const { kind } = kindOf(own);
  if (name === wishes.time) return { role: 'time', suspect: null, why: 'as asked' };
  if (wishes.leaveOut.includes(name)) return { role: 'left-out', suspect: null, why: 'as asked' };
  return (
    judgeName(tally, name) ??
    judgeWish(name, kind, wishes) ??
    judgeRowTime(name, own) ??
    judgeUniform(kind, own) ??
    judgeCounter(name, own) ??
    judgeOutcome(tally, target, column, isStatus) ??
    judgePerson(name, own) ??
    judgeOwner(name, own) ??
    judgeKind(name, kind, own)
  );
}

function judgeName(tally: TableTally, name: string): Verdict | null {
  if (name === '') return suspect('nameless', 'it has no name, so no configuration can speak of it');
  const same = tally.names.filter((other) => other === name).length;
  return same > 1 ? suspect('nameless', `${same} columns have this name, so none of them can be told`) : null;
}

function judgeWish(name: string, kind: ColumnKind, wishes: ProposalWishes): Verdict | null {
  const asked = (role: 'numeric' | 'categorical'): Verdict => ({ role, suspect: null, why: 'as asked' });
  if (wishes.numeric.includes(name)) return asked('numeric');
  if (wishes.categorical.includes(name)) return asked('categorical');
  return wishes.use.includes(name) ? asked(kind === 'numeric' ? 'numeric' : 'categorical') : null;
}

function judgeUniform(kind: ColumnKind, own: ColumnTally): Verdict | null {
  if (kind === 'empty') return suspect('constant', 'it is empty in every row');
  if (kind !== 'constant') return null;
  const value = [...own.values.keys()].find((text) => !own.missingTexts.has(text)) ?? '';
  const where = own.empty === 0 ? 'every row has' : 'every row that has a value has';
  return suspect('constant', `${where} "${value.slice(0, 40)}"`);
}

function judgeCounter(name: string, own: ColumnTally): Verdict | null {
  if (own.rows >= FEW_ROWS && own.counter) return suspect('counter', 'it counts the rows');
  const isUnique = own.numbers > 0 && own.distinct >= NEARLY_UNIQUE * own.rows;
  return isUnique && isCounterName(name) ? suspect('counter', 'it numbers the rows') : null;
}

function judgeOutcome(
  tally: TableTally,
  target: TargetChoice,
  column: number,
  isStatus: boolean,
): Verdict | null {
  // Of who has left by then nothing is learned, so that their rows show it gives nothing away.
  const leak = isStatus ? null : findLeak(tally, target, column);
  if (leak !== null) return suspect(leak.kind, leak.why);
  return isNamedAfterOutcome(tally.names[column] as string)
    ? suspect('after-outcome', 'by its name it is known only once a client has left')
    : null;
}

function judgePerson(name: string, own: ColumnTally): Verdict | null {
  if (isPersonalName(name)) return suspect('personal', 'it names a person or a place to reach one');
  const isUnique = own.rows >= FEW_ROWS && own.distinct >= NEARLY_UNIQUE * own.rows;
  if (isKeyName(name) && (isUnique || idRank(name) > 0 || !hasLevels(own))) {
    return suspect('key', 'it is a key: it tells rows apart and says nothing of them');
  }
  return null;
}

/** In a first dump all rows have one time, which is theirs all the same. */
function judgeRowTime(name: string, own: ColumnTally): Verdict | null {
  const isTime = own.times > 0 && own.times === own.rows - own.empty;
  return isTime && roleRank(name, 'time') !== null
    ? { role: 'time', suspect: null, why: 'by its name it is the time of the row' }
    : null;
}

function judgeOwner(name: string, own: ColumnTally): Verdict | null {
  if (roleRank(name, 'owner') !== null && own.distinct * 2 <= own.rows - own.empty) {
    return { role: 'owner', suspect: null, why: 'by its name it is who looks after the client' };
  }
  return null;
}

function judgeKind(name: string, kind: ColumnKind, own: ColumnTally): Verdict {
  if (kind === 'time') {
    return {
      role: 'left-out',
      suspect: null,
      why: 'it is a time; a model here reads numbers and categories',
    };
  }
  if (kind === 'categorical') {
    return feature(
      'categorical',
      own.distinct === 1 ? 'one text or nothing' : `${own.distinct} different texts`,
    );
  }
  if (kind === 'text') return suspect('free-text', describeText(own));
  if (own.leadingZeros || (own.integers && isCodeName(name))) {
    if (hasLevels(own)) return feature('categorical', `${own.distinct} codes: numbers that are names`);
    return suspect('key', `it has about ${own.distinct} codes, too many for the rows there are`);
  }
  return feature('numeric', describeNumbers(own));
}

/**
 * Finds the column that names the client among those that nobody asked to be something else; one with ids that a
 * spreadsheet has shortened is none. Error `value-invalid` where such a column was asked for.
 */
export function chooseId(
  tally: TableTally,
  target: TargetChoice,
  wishes: ProposalWishes,
): { readonly column: number; readonly why: string } | null {
  if (wishes.id !== null) {
    const column = tally.names.indexOf(wishes.id);
    refuseShortened(wishes.id, tally.columns[column] as ColumnTally);
    return { column, why: 'as asked' };
  }
  const taken = new Set([...wishes.use, ...wishes.leaveOut, ...wishes.numeric, ...wishes.categorical]);
  const found = tally.names
    .map((name, column) => ({ name, column, merit: idMerit(name, tally.columns[column] as ColumnTally) }))
    .filter(({ name, column, merit }) => merit > 0 && column !== target.column && !taken.has(name))
    .filter(({ name }) => tally.names.indexOf(name) === tally.names.lastIndexOf(name));
  const best = found.reduce<(typeof found)[number] | null>(
    (held, one) => (held === null || one.merit > held.merit ? one : held),
    null,
  );
  return best === null
    ? null
    : { column: best.column, why: describeId(tally.columns[best.column] as ColumnTally) };
}

function refuseShortened(name: string, { shortened, firstShortened }: ColumnTally): void {
  if (shortened === 0) return;
  throw new TidewatchError(
    'value-invalid',
    `"${name}" cannot be the id: ${describeShortened(shortened, firstShortened)}, so different clients may share one. ` +
      'Format the column as text and export the data again, or name another column with --id.',
    { details: { column: name, rows: shortened, value: firstShortened } },
  );
}

/** What a spreadsheet did to long numbers of a column. */
export function describeShortened(rows: number, example: string): string {
  const which = rows === 1 ? '1 row has' : `${rows} rows have`;
  return `${which} numbers that a spreadsheet has shortened, such as "${example}"`;
}

/** Columns that look like the id by their names but for ids that a spreadsheet has shortened. */
export function shortenedIds({ names, columns }: TableTally): number[] {
  return names.flatMap((name, column) =>
    idRank(name) > 0 && (columns[column] as ColumnTally).shortened > 0 ? [column] : [],
  );
}

/** 0: no id. Else the higher the better: by name first, then by how well it tells rows apart. */
function idMerit(name: string, own: ColumnTally): number {
  const share = own.rows === 0 ? 0 : own.distinct / own.rows;
  const rank = idRank(name);
  if (own.empty > 0.05 * own.rows || own.distinct < 2 || own.shortened > 0) return 0;
  if (rank === 2 && (share >= 0.5 || (own.distinct > 20 && share >= 0.05))) return 2 + share;
  if (share < NEARLY_UNIQUE) return 0;
  if (rank === 1) return 1 + share;
  return /^(?:customer|client|company|account)name$/.test(name.toLowerCase().replace(/[^a-z]/g, ''))
    ? share
    : 0;
}

function describeId(own: ColumnTally): string {
  const present = own.rows - own.empty;
  const about = own.complete ? '' : 'about ';
  if (own.distinct >= present) return 'named like the client, and each row has its own';
  if (own.distinct >= NEARLY_UNIQUE * present)
    return `named like the client, ${about}${own.distinct} in ${own.rows} rows`;
  return `named like the client; a client has ${(present / own.distinct).toFixed(1)} rows on average`;
}

function describeText(own: ColumnTally): string {
  const texts = [...own.oddTexts.keys()].map((text) => text.trim());
  const all = (pattern: RegExp): boolean => texts.length > 0 && texts.every((text) => pattern.test(text));
  if (all(/^[^\d\s]{0,3}\s?-?\d[\d.,' ]*\s?[^\d\s]{0,3}$/)) {
    return 'its numbers have signs or separators; write them as 1234.5 to use them';
  }
  if (all(/^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}/)) return 'its dates are not ISO 8601 (2024-01-31)';
  const about = own.complete ? '' : 'about ';
  return `${about}${own.distinct} different texts in ${own.rows} rows: too many to learn from`;
}

function describeNumbers(own: ColumnTally): string {
  if (own.distinct === 2) return 'numbers, two different ones';
  return own.integers ? 'whole numbers' : 'numbers';
}

function suspect(kind: SuspectKind, why: string): Verdict {
  return { role: 'left-out', suspect: kind, why };
}

function feature(role: 'numeric' | 'categorical', why: string): Verdict {
  return { role, suspect: null, why };
}
