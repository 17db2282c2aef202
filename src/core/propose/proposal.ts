/** Proposes which column of a table is what, from its tally: the `columns` of a configuration with reasons. */
import { TidewatchError } from '../../base/errors.ts';
import { nearestName } from '../../base/nearest.ts';
import type { ColumnsConfig } from '../../config/schema.ts';
import { describePanel } from '../outcomes/panel.ts';
import { UNKNOWN } from '../outcomes/settle.ts';
import { parseTimeText } from '../values/iso-time.ts';
import { type ClientChoice, chooseClient, describeShortened, shortenedIds } from './client-column.ts';
import { kindOf } from './column-kind.ts';
import { roleRank } from './column-names.ts';
import type { ColumnTally } from './column-tally.ts';
import {
  judgeColumn,
  type ProposalWishes,
  type ProposedRole,
  type SuspectKind,
  type Verdict,
} from './column-verdict.ts';
import { findCopies } from './copies.ts';
import { dateFormOf, isTimes } from './date-column.ts';
import {
  type DerivedDecision,
  type DerivedProposal,
  NOTHING_DERIVED,
  proposeDerived,
} from './derived-columns.ts';
import { labelsOf } from './derived-tests.ts';
import { noteLeaks } from './leak-notes.ts';
import { noteCodesOfMissing } from './missing-codes.ts';
import { noteOddSigns } from './plausibility.ts';
import { type ColumnCost, costsOfColumns } from './quick-fit.ts';
import type { LabelCount, TableTally } from './table-tally.ts';
import { chooseTarget, type TargetChoice } from './target-choice.ts';
import { isAhead } from './target-name.ts';
import type { LeakKind } from './weigh-leak.ts';

export interface ColumnDecision {
  readonly column: string;
  readonly role: ProposedRole;
  /** Roles beside the first: a feature may also be the value or the segment. */
  readonly also: readonly ('value' | 'segment')[];
  readonly suspect: SuspectKind | null;
  readonly why: string;
  /** What is odd about a column that is used all the same; null: nothing. */
  readonly warning: LeakKind | null;
  /** What a column that may know the outcome is worth, left out or used, as far as that was tried. */
  readonly cost: ColumnCost | null;
  /** Its most frequent values, up to three. */
  readonly examples: readonly string[];
  readonly missing: number;
  /** Distinct values; about, beyond some thousands. */
  readonly distinct: number;
}

export interface LabelRows {
  readonly value: string;
  readonly rows: number;
}

export interface Proposal {
  readonly rows: number;
  readonly columns: ColumnsConfig;
  /** Texts to be added to `missing_values`. */
  readonly missingTexts: readonly string[];
  /** What the rows of those who left are written with, and how many they are; so for those who stayed. */
  readonly positive: LabelRows;
  readonly negative: LabelRows;
  /** Values of the target that say no outcome yet. */
  readonly dropped: readonly LabelRows[];
  /** How columns of dates are written, where that is not ISO 8601; as `input.dates` of the configuration. */
  readonly dates: Readonly<Record<string, string>>;
  /** In the order of the file. */
  readonly decisions: readonly ColumnDecision[];
  /** Columns that are made of others, as `columns.derived` has them. */
  readonly derived: readonly DerivedDecision[];
  /** What a person should look at, as sentences. */
  readonly notes: readonly string[];
}

const SEGMENT_LEVELS = { min: 2, max: 60 };

/**
 * Deterministic: the same tally and wishes give the same proposal. A column that likely knows the outcome is never a
 * feature unless it was asked for; one that may is a feature with a warning.
 * @throws TidewatchError column-missing for a wish that names no column; usage for wishes that contradict each
 * other, or where no feature is left; too-few-rows without rows; and those of `chooseTarget`.
 */
export function propose(tally: TableTally, wishes: ProposalWishes): Proposal {
  checkWishes(tally.names, wishes);
  if (tally.rows === 0) {
    throw new TidewatchError(
      'input-empty',
      'The data has a header and no rows, so nothing can be told of its columns.',
    );
  }
  const target = chooseTarget(tally, wishes);
  refuseTwin(tally.names, tally.names[target.column] as string);
  const client = chooseClient(tally, target.column, wishes);
  const { id } = client;
  const meaning = wishes.meaning ?? (isAhead(tally.names[target.column] as string) ? 'outcome' : null);
  const isStatus =
    meaning === null
      ? id !== null && changesOverTime(tally, target, id.column, wishes)
      : meaning === 'status';
  const verdicts = tally.names.map((_, column): Verdict => {
    if (column === target.column) return { role: 'target', suspect: null, why: target.why };
    if (column === id?.column) return { role: 'id', suspect: null, why: id.why };
    return judgeColumn(tally, target, column, wishes, { isStatus, id: id?.column ?? null });
  });
  dropCopies(tally, verdicts, wishes);
  keepOne(tally, verdicts, 'owner', null);
  keepOne(tally, verdicts, 'time', wishes.time);
  const made =
    wishes.derived === false ? NOTHING_DERIVED : proposeDerived(tally, target, verdicts, wishes, isStatus);
  for (const [column, why] of made.dates) verdicts[column] = { role: 'left-out', suspect: null, why };
  return assemble(tally, target, verdicts, made, client);
}

/**
 * Whether clients have rows of both labels, a column says when, and those who have left mostly stay so, as far as the
 * sample has clients at several times.
 */
function changesOverTime(
  tally: TableTally,
  target: TargetChoice,
  id: number,
  wishes: ProposalWishes,
): boolean {
  const time = tally.names.findIndex(
    (name, column) =>
      name === wishes.time ||
      (roleRank(name, 'time') !== null && isTimes(name, tally.columns[column] as ColumnTally)),
  );
  if (time < 0 || !(tally.columns[id] as ColumnTally).isMixed(target.candidate)) return false;
  const codes = new Map<string, number>();
  const panel = describePanel({
    codes: Int32Array.from(tally.sample, (row) => {
      const client = (row[id] ?? '').trim();
      const code = codes.get(client) ?? codes.size;
      codes.set(client, code);
      return code;
    }),
    times: Float64Array.from(tally.sample, (row) => parseTimeText((row[time] ?? '').trim())),
    labels: Int8Array.from(labelsOf(tally, target), (label) => (Number.isNaN(label) ? UNKNOWN : label)),
    clients: codes.size,
  });
  return panel === null || panel.isStatus;
}

/** Leaves out what an earlier feature says already. */
function dropCopies(tally: TableTally, verdicts: Verdict[], wishes: ProposalWishes): void {
  const asked = new Set([...wishes.use, ...wishes.numeric, ...wishes.categorical]);
  const features = verdicts.flatMap((verdict, column) => (isFeature(verdict) ? [column] : []));
  for (const [column, { why }] of findCopies(tally, features)) {
    if (asked.has(tally.names[column] as string)) continue;
    verdicts[column] = { role: 'left-out', suspect: 'copy', why };
  }
}

/** Of several columns of a role, the one that was asked for or else the one of the best name keeps it. */
function keepOne(tally: TableTally, verdicts: Verdict[], role: 'owner' | 'time', asked: string | null): void {
  const rank = (column: number): number => {
    const name = tally.names[column] as string;
    return name === asked ? -1 : (roleRank(name, role) ?? 99);
  };
  const [best, ...others] = verdicts
    .flatMap((verdict, column) => (verdict.role === role ? [column] : []))
    .sort((a, b) => rank(a) - rank(b) || a - b);
  for (const column of others) {
    const why = `"${tally.names[best as number]}" has this role already`;
    verdicts[column] = { role: 'left-out', suspect: null, why };
  }
}

function assemble(
  tally: TableTally,
  target: TargetChoice,
  verdicts: readonly Verdict[],
  made: DerivedProposal,
  client: ClientChoice,
): Proposal {
  const value = bestFor(
    tally,
    verdicts,
    'value',
    (own, column) => own.max > 0 && !isOftenNegative(tally, column),
  );
  const segment = bestFor(tally, verdicts, 'segment', isSegment);
  const named = (role: ProposedRole): string[] =>
    tally.names.filter((_, column) => verdicts[column]?.role === role);
  const nameAt = (column: number | null): string | null =>
    column === null ? null : (tally.names[column] as string);
  const columns: ColumnsConfig = {
    id: named('id')[0] ?? null,
    target: tally.names[target.column] as string,
    positive: oneOrAll(target.positives),
    negative: oneOrAll(target.negatives),
    drop: target.dropped.map(({ text }) => text),
    numeric: named('numeric'),
    categorical: named('categorical'),
    value: nameAt(value),
    segment: nameAt(segment),
    owner: named('owner')[0] ?? null,
    monotone: {},
    ranges: {},
    units: {},
    aliases: {},
    derived: Object.fromEntries(made.derived.map((one) => [one.column, one.made])),
    time: named('time')[0] ?? null,
  };
  refuseWithoutFeatures(tally, columns, verdicts);
  const costs = costsOf(tally, target, verdicts);
  const decisions = verdicts.map(({ role, suspect, why, leak }, column): ColumnDecision => {
    const own = tally.columns[column] as ColumnTally;
    const also = [
      ...(column === value ? (['value'] as const) : []),
      ...(column === segment ? (['segment'] as const) : []),
    ];
    const column_ = tally.names[column] as string;
    return {
      column: column_,
      role,
      also,
      suspect,
      why: withGaps(why, role, own),
      warning: leak?.verdict === 'warn' ? leak.kind : null,
      cost: costs.get(column) ?? null,
      examples: examplesOf(own),
      missing: role === 'numeric' ? kindOf(own).missing : own.empty,
      distinct: own.distinct,
    };
  });
  const numbers = verdicts.flatMap(({ role }, column) => (role === 'numeric' ? [column] : []));
  const missingTexts = numbers.flatMap((column) => kindOf(tally.columns[column] as ColumnTally).missingTexts);
  return {
    rows: tally.rows,
    columns,
    missingTexts: [...new Set(missingTexts.map((text) => text.trim()))],
    dates: datesOf(tally),
    positive: rowsOf(target.positive),
    negative: rowsOf(target.negative),
    dropped: target.dropped.map(rowsOf),
    decisions,
    derived: made.derived,
    notes: [...notesOf(tally, target, columns, verdicts, client, costs), ...made.notes],
  };
}

/** What columns that may know the outcome are worth beside the features that nothing speaks against. */
function costsOf(
  tally: TableTally,
  target: TargetChoice,
  verdicts: readonly Verdict[],
): ReadonlyMap<number, ColumnCost> {
  const features = verdicts.flatMap((verdict, column) => (isFeature(verdict) ? [column] : []));
  const id = verdicts.findIndex(({ role }) => role === 'id');
  const suspects = verdicts.flatMap(({ leak }, column) => (leak === undefined ? [] : [column]));
  return costsOfColumns(tally, target, features, suspects, id < 0 ? null : id);
}

/** What to say where a column names the client after all. */
function idAdvice(tally: TableTally, { possible }: ClientChoice): string {
  if (possible.length === 0) return 'Where one does name it, say --id COLUMN.';
  return possible
    .slice(0, 5)
    .map(
      ({ column, why }) =>
        `If "${tally.names[column]}" names the client (${why}): --id "${tally.names[column]}".`,
    )
    .join(' ');
}

function datesOf(tally: TableTally): Record<string, string> {
  return Object.fromEntries(
    tally.names.flatMap((name, column) => {
      const form = dateFormOf(name, tally.columns[column] as ColumnTally);
      return form === null || tally.names.indexOf(name) !== tally.names.lastIndexOf(name)
        ? []
        : [[name, form]];
    }),
  );
}

/** The feature with the best name for a role, the earlier one of two equals. */
/** More than one in twenty below 0, as of scaled numbers: then risk times value is no amount at stake. */
function isOftenNegative({ sample, rules }: TableTally, column: number): boolean {
  const negative = sample.filter((row) => rules.parseNumber((row[column] ?? '').trim()) < 0).length;
  return negative * 20 > sample.length;
}

function bestFor(
  tally: TableTally,
  verdicts: readonly Verdict[],
  role: 'value' | 'segment',
  fits: (own: ColumnTally, column: number) => boolean,
): number | null {
  const wanted = role === 'value' ? 'numeric' : 'categorical';
  const ranked = verdicts
    .flatMap((verdict, column) => {
      const rank = roleRank(tally.names[column] as string, role);
      const isFit = verdict.role === wanted && fits(tally.columns[column] as ColumnTally, column);
      return rank !== null && isFit ? [{ rank, column }] : [];
    })
    .sort((a, b) => a.rank - b.rank || a.column - b.column);
  return ranked[0]?.column ?? null;
}

function isSegment(own: ColumnTally): boolean {
  if (own.distinct < SEGMENT_LEVELS.min || own.distinct > SEGMENT_LEVELS.max) return false;
  const values = [...own.values.keys()].map((text) => text.trim().toLowerCase());
  return !values.every((value) => ['yes', 'no', 'true', 'false', 'y', 'n', '0', '1'].includes(value));
}

function withGaps(why: string, role: ProposedRole, own: ColumnTally): string {
  if (role === 'left-out' || role === 'target') return why;
  const { odd, missing } = kindOf(own);
  const rows = role === 'numeric' ? missing : own.empty;
  const gaps = rows === 0 ? '' : `; missing in ${rows} of ${own.rows} rows`;
  return role === 'numeric' && odd > 0
    ? `${why}${gaps}; ${odd} rows have a text that is no number`
    : `${why}${gaps}`;
}

function examplesOf(own: ColumnTally): string[] {
  const frequent = [...own.values.values()].sort((a, b) => b.rows - a.rows).map(({ text }) => text);
  return [...new Set([...frequent.slice(0, 3), ...own.firstTexts])]
    .slice(0, 3)
    .map((text) => (text.length > 24 ? `${text.slice(0, 24)}...` : text));
}

function notesOf(
  tally: TableTally,
  target: TargetChoice,
  columns: ColumnsConfig,
  verdicts: readonly Verdict[],
  client: ClientChoice,
  costs: ReadonlyMap<number, ColumnCost>,
): string[] {
  const notes: string[] = [...target.notes, ...noteOddSigns(tally, target)];
  if (target.unlabelled > 0) {
    notes.push(
      `${target.unlabelled} of ${tally.rows} rows have no label in "${columns.target}"; they are kept as clients whose outcome is not known yet.`,
    );
  }
  for (const column of shortenedIds(tally)) {
    const { shortened, firstShortened } = tally.columns[column] as ColumnTally;
    notes.push(
      `"${tally.names[column]}" is not taken for the id: ${describeShortened(shortened, firstShortened)}, so different clients may share one. Format the column as text and export the data again.`,
    );
  }
  if (columns.id === null) {
    notes.push(
      `No column names the client, so each row counts as one: rows are numbered, rows that are equal in all columns count once, and no client can be followed from file to file. ${idAdvice(tally, client)}`,
    );
  }
  if (client.id?.byValues === true) {
    notes.push(
      `"${columns.id}" is taken to name the client by its values alone (${client.id.why}). If another column does: --id COLUMN. If each row is a client and this is something else: --use or --leave-out "${columns.id}".`,
    );
  }
  notes.push(...noteCodesOfMissing(tally, columns.numeric));
  const suspects = verdicts.flatMap(({ leak }, column) =>
    leak === undefined
      ? []
      : [{ name: tally.names[column] as string, leak, cost: costs.get(column) ?? null }],
  );
  notes.push(...noteLeaks(suspects));
  const wide = columns.categorical.filter(
    (name) => (tally.columns[tally.names.indexOf(name)]?.distinct ?? 0) > 100,
  );
  if (wide.length > 0)
    notes.push(
      `${wide.join(', ')}: more than 100 different values; each counts by the share of leavers among its rows, new and rare ones by that of all rows.`,
    );
  return notes;
}

function checkWishes(names: readonly string[], wishes: ProposalWishes): void {
  const { target, id, time, use, leaveOut, numeric, categorical } = wishes;
  const all: readonly (readonly [string, readonly string[]])[] = [
    ['--target', target === null ? [] : [target]],
    ['--id', id === null ? [] : [id]],
    ['--time', time === null ? [] : [time]],
    ['--use', use],
    ['--leave-out', leaveOut],
    ['--numeric', numeric],
    ['--categorical', categorical],
  ];
  const first = new Map<string, string>();
  for (const [option, columns] of all) {
    for (const name of columns) {
      if (!names.includes(name)) throw unknownColumn(option, name, names);
      const other = first.get(name);
      if (other !== undefined && other !== option && !isSameWish(other, option)) {
        throw new TidewatchError(
          'usage',
          `"${name}" is named by ${other} and by ${option}; a column can be one of them only.`,
        );
      }
      first.set(name, option);
      if (option !== '--leave-out') refuseTwin(names, name);
    }
  }
}

/** --use says nothing of the kind, so it goes with an option that does. */
function isSameWish(a: string, b: string): boolean {
  return a === '--use' && (b === '--numeric' || b === '--categorical');
}

function unknownColumn(option: string, name: string, names: readonly string[]): TidewatchError {
  const near = nearestName(name, names);
  const hint = near === null ? `its columns are ${names.slice(0, 30).join(', ')}` : `did you mean "${near}"?`;
  return new TidewatchError(
    'column-missing',
    `${option} names "${name}", which is no column of the data; ${hint}`,
    {
      details: { option, column: name, columns: names },
    },
  );
}

function refuseTwin(names: readonly string[], name: string): void {
  if (names.indexOf(name) === names.lastIndexOf(name)) return;
  throw new TidewatchError(
    'input-unreadable',
    `The header names "${name}" more than once, so it is not clear which column is meant. Give each its own name.`,
    { details: { column: name } },
  );
}

function refuseWithoutFeatures(
  tally: TableTally,
  columns: ColumnsConfig,
  verdicts: readonly Verdict[],
): void {
  if (columns.numeric.length + columns.categorical.length + Object.keys(columns.derived).length > 0) return;
  const reasons = verdicts.flatMap(({ role, why }, column) =>
    role === 'left-out' ? [`"${tally.names[column]}": ${why}`] : [],
  );
  const list = reasons.length === 0 ? 'there are no other columns' : `${reasons.slice(0, 20).join('; ')}`;
  throw new TidewatchError(
    'usage',
    `No column is left to learn from. Left out were: ${list}. Name those that you want with --use COLUMN,COLUMN.`,
    { details: { columns: tally.names } },
  );
}

function oneOrAll(labels: readonly LabelCount[]): string | string[] {
  const [first, ...others] = labels.map(({ text }) => text) as [string, ...string[]];
  return others.length === 0 ? first : [first, ...others];
}

function rowsOf({ text, rows }: LabelCount): LabelRows {
  return { value: text, rows };
}

function isFeature({ role }: Verdict): boolean {
  return role === 'numeric' || role === 'categorical';
}
