/** Decides what one column is for: a feature and of which kind, a time, or nothing, and why. */
import { type ColumnKind, hasLevels, kindOf } from './column-kind.ts';
import { idRank, isCodeName, isCounterName, isKeyName, isPersonalName, roleRank } from './column-names.ts';
import type { ColumnTally } from './column-tally.ts';
import { dateFormOf, isTimes } from './date-column.ts';
import { findLeak, type Leak } from './leaks.ts';
import { belongsToClients, countOf, countText, judgeManyLevels } from './many-levels.ts';
import type { TableTally } from './table-tally.ts';
import type { TargetChoice, TargetWish } from './target-choice.ts';
import type { LeakKind } from './weigh-leak.ts';

/** Why a column would mislead a model or tell it nothing. */
export type SuspectKind =
  | LeakKind
  | 'copy'
  | 'constant'
  | 'counter'
  | 'key'
  | 'personal'
  | 'free-text'
  | 'no-signal'
  | 'nameless';

export type ProposedRole = 'id' | 'target' | 'numeric' | 'categorical' | 'owner' | 'time' | 'left-out';

export interface Verdict {
  readonly role: ProposedRole;
  /** Set exactly where the column was left out as unfit, and not because it was asked for. */
  readonly suspect: SuspectKind | null;
  readonly why: string;
  /** What is odd about it, where it may know the outcome, whether it is left out or used with a warning. */
  readonly leak?: Leak;
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
  /** What the target says: what became of the client after the row, or whether it had left by then. Absent or null: by the data. */
  readonly meaning?: 'outcome' | 'status' | null;
}

/** Levels beyond which a column may be another key of the client. */
const MANY_LEVELS = 100;

/** What is known of the table by now. */
export interface TableFacts {
  /** Whether the target is the status of a client at the time of the row, as far as the columns show. */
  readonly isStatus: boolean;
  /** Position of the id; null: there is none. */
  readonly id: number | null;
}

const NEARLY_UNIQUE = 0.9;
/** Rows below which "each value differs" says nothing. */
const FEW_ROWS = 10;
/** Clients, under the name of a key, that so few values are not. */
const FEW_KEYS = 10;

/**
 * The verdict on a column that is neither target nor id. Copies among the features are not looked for here.
 */
export function judgeColumn(
  tally: TableTally,
  target: TargetChoice,
  column: number,
  wishes: ProposalWishes,
  { isStatus, id }: TableFacts,
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
    judgeUniform(own) ??
    judgeCounter(name, own) ??
    judgeOutcome(tally, target, column, { isStatus, id })
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

function judgeUniform(own: ColumnTally): Verdict | null {
  const { kind, missing, missingTexts } = kindOf(own);
  if (kind === 'empty') {
    const texts = [...own.missingTexts.keys()].slice(0, 3).map((text) => `"${text}"`);
    const what = texts.length === 0 ? 'it is empty' : `it is empty or ${texts.join(', ')}`;
    return suspect('constant', `${what} in every row`);
  }
  if (kind !== 'constant') return null;
  const blanks = new Set([...own.missingTexts.keys(), ...missingTexts]);
  const value = [...own.values.keys()].find((text) => own.distinct === 1 || !blanks.has(text)) ?? '';
  const where = missing === 0 ? 'every row has' : 'every row that has a value has';
  return suspect('constant', `${where} "${value.slice(0, 40)}"`);
}

function judgeCounter(name: string, own: ColumnTally): Verdict | null {
  if (own.rows >= FEW_ROWS && own.counter) return suspect('counter', 'it counts the rows');
  const isUnique = own.numbers > 0 && own.distinct >= NEARLY_UNIQUE * own.rows;
  return isUnique && isCounterName(name)
    ? suspect('counter', `by its name it numbers the rows; ${countText(own)}`)
    : null;
}

function judgeOutcome(
  tally: TableTally,
  target: TargetChoice,
  column: number,
  { isStatus, id }: TableFacts,
): Verdict {
  const name = tally.names[column] as string;
  const own = tally.columns[column] as ColumnTally;
  // Of who has left by then nothing is learned, so that their rows show it gives nothing away.
  const leak = findLeak(tally, target, column, isStatus);
  if (leak?.verdict === 'leave-out') return { ...suspect(leak.kind, leak.why), leak };
  const verdict =
    judgePerson(name, own) ?? judgeOwner(name, own) ?? judgeKind(name, kindOf(own).kind, own, target);
  if (
    verdict.suspect === null &&
    verdict.role === 'categorical' &&
    own.distinct > MANY_LEVELS &&
    id !== null
  ) {
    if (belongsToClients(tally, id, column)) {
      return suspect('key', `${countText(own)}, each of one client: a key, of which nothing is learned`);
    }
  }
  const isFeature = verdict.role === 'numeric' || verdict.role === 'categorical';
  return leak === null || !isFeature ? verdict : { ...verdict, why: `${verdict.why}; but ${leak.why}`, leak };
}

function judgePerson(name: string, own: ColumnTally): Verdict | null {
  if (isPersonalName(name)) return suspect('personal', 'by its name it is a person, or a place to reach one');
  const isUnique = own.rows >= FEW_ROWS && own.distinct >= NEARLY_UNIQUE * own.rows;
  const isKey = isUnique || !hasLevels(own) || (idRank(name) > 0 && own.distinct > FEW_KEYS);
  if (isKeyName(name) && isKey) {
    return suspect('key', `by its name it is a key, which says nothing of what it names; ${countText(own)}`);
  }
  return null;
}

/** In a first dump all rows have one time, which is theirs all the same. */
function judgeRowTime(name: string, own: ColumnTally): Verdict | null {
  if (!isTimes(name, own) || roleRank(name, 'time') === null) return null;
  const form = dateFormOf(name, own);
  const written = form === null ? '' : `, written as ${form}`;
  return { role: 'time', suspect: null, why: `by its name it is the time of the row${written}` };
}

function judgeOwner(name: string, own: ColumnTally): Verdict | null {
  if (roleRank(name, 'owner') !== null && own.distinct * 2 <= own.rows - own.empty) {
    return { role: 'owner', suspect: null, why: 'by its name it is who looks after the client' };
  }
  return null;
}

function judgeKind(name: string, kind: ColumnKind, own: ColumnTally, target: TargetChoice): Verdict {
  if (isTimes(name, own)) {
    const form = dateFormOf(name, own);
    return {
      role: 'left-out',
      suspect: null,
      why: `a date${form === null ? '' : `, written as ${form}`}: \`columns.derived\` makes days since of it`,
    };
  }
  if (kind === 'categorical') {
    return feature(
      'categorical',
      own.distinct === 1 ? 'one text or nothing' : `${countOf(own)} different texts`,
    );
  }
  if (kind === 'text') return judgeText(own, target);
  if (own.integers && (own.leadingZeros || isCodeName(name))) {
    if (hasLevels(own)) {
      return feature(
        'categorical',
        `${countOf(own)} codes: ${own.leadingZeros ? 'numbers that begin with zeros' : 'by its name its numbers are names'}`,
      );
    }
    return ofManyLevels(own, target, 'codes');
  }
  return feature('numeric', describeNumbers(own));
}

/** A number with what stands before or behind it, such as "€ 12,50" or "5 GB". */
const MARKED_NUMBER =
  /^(?:\p{Sc}|[A-Z]{3}(?=[\s\d])|Rs\.?)?\s?-?\d[\d.,'\s]*(?:\p{Sc}|%|[A-Z]{3}|kr|[KMGT]B)?$/u;

function judgeText(own: ColumnTally, target: TargetChoice): Verdict {
  const texts = [...own.oddTexts.keys()].map((text) => text.trim());
  const all = (pattern: RegExp): boolean => texts.length > 0 && texts.every((text) => pattern.test(text));
  const readable = (why: string): Verdict => ({ role: 'left-out', suspect: null, why });
  if (all(MARKED_NUMBER)) {
    return readable('its numbers have signs or separators; write them as 1234.5 to use them');
  }
  if (all(/^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}/)) return readable('its dates are not ISO 8601 (2024-01-31)');
  return ofManyLevels(own, target, 'texts');
}

function ofManyLevels(own: ColumnTally, target: TargetChoice, what: string): Verdict {
  const { kind, why } = judgeManyLevels(own, target, what);
  return kind === 'categorical' ? feature('categorical', why) : suspect(kind, why);
}

function describeNumbers(own: ColumnTally): string {
  const numbers = new Set(
    [...own.values.values()].flatMap(({ number }) => (Number.isNaN(number) ? [] : [number])),
  );
  if (own.complete && numbers.size === 2) return 'numbers, two different ones';
  return own.integers ? 'whole numbers' : 'numbers';
}

function suspect(kind: SuspectKind, why: string): Verdict {
  return { role: 'left-out', suspect: kind, why };
}

function feature(role: 'numeric' | 'categorical', why: string): Verdict {
  return { role, suspect: null, why };
}
