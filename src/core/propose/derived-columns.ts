/** Proposes columns that are made of others: days since dates, ratios of numbers that belong together, months. */
import type { DerivedConfig } from '../../config/input-schema.ts';
import { dayOf, derive, derivedWords, isMadeOfDates } from '../derived/derived-column.ts';
import { derivedOfConfig } from '../derived/derived-of-config.ts';
import { parseTimeText } from '../values/iso-time.ts';
import { kindOf } from './column-kind.ts';
import { nameWords } from './column-names.ts';
import type { ColumnTally } from './column-tally.ts';
import type { ProposalWishes, Verdict } from './column-verdict.ts';
import { differsByMonth, isDayOfLeaving, labelsOf, strengthOf } from './derived-tests.ts';
import { namedPairs } from './named-pairs.ts';
import type { TableTally } from './table-tally.ts';
import type { TargetChoice } from './target-choice.ts';

export interface DerivedDecision {
  readonly column: string;
  readonly made: DerivedConfig;
  readonly why: string;
  /** Its values in the first rows of the sample that have one, up to three. */
  readonly examples: readonly string[];
}

export interface DerivedProposal {
  readonly derived: readonly DerivedDecision[];
  /** What becomes of each column of dates, by its position. */
  readonly dates: ReadonlyMap<number, string>;
  readonly notes: readonly string[];
}

export const NOTHING_DERIVED: DerivedProposal = { derived: [], dates: new Map(), notes: [] };

/** Columns that are proposed at most. */
const MAX = 10;
/** Two years: in less a month cannot be told from what changes from year to year. */
const SEASON_DAYS = 730;
/** Alone it would tell who left: too good to be a cause. */
const LEAK_AUC = 0.98;

interface Candidate extends DerivedDecision {
  /** Distance of its ROC AUC from 1/2; NaN where nothing tells. */
  readonly strength: number;
}

interface SampledColumns {
  readonly tally: TableTally;
  readonly verdicts: readonly Verdict[];
  /** 1 left, 0 stayed, NaN neither, of each row of the sample. */
  readonly labels: Float64Array;
  readonly time: number | null;
}

/**
 * From the sample alone, a few that are worth it; see docs/derived.md. `isStatus`: the target is the status of the
 * client at the time of the row, so that it does not tell which numbers foretell that one leaves: then days alone are proposed.
 */
export function proposeDerived(
  tally: TableTally,
  target: TargetChoice,
  verdicts: readonly Verdict[],
  wishes: ProposalWishes,
  isStatus: boolean,
): DerivedProposal {
  const time = verdicts.findIndex(({ role }) => role === 'time');
  const sampled: SampledColumns = {
    tally,
    verdicts,
    labels: labelsOf(tally, target),
    time: time < 0 ? null : time,
  };
  const dates = verdicts.flatMap((verdict, column) =>
    isDate(sampled, column, verdict) && !wishes.leaveOut.includes(tally.names[column] as string)
      ? [column]
      : [],
  );
  const days = sampled.time === null ? [] : dates.map((date) => daysOf(sampled, date, isStatus));
  const found = days.flatMap(({ candidate }) => candidate ?? []).sort((a, b) => rank(b) - rank(a));
  const months = sampled.time === null ? [] : monthsOf(sampled, sampled.time, dates);
  const others = isStatus ? [] : [...pairsOf(sampled), ...months];
  const taken = [...found, ...others].slice(0, MAX);
  const left = found.length + others.length - taken.length;
  const isTaken = (name: string) => taken.some(({ column }) => column === name);
  const told = days.map(({ candidate, why }) =>
    candidate === null || isTaken(candidate.column) ? why : `it is a date, and ${MAX} others tell more`,
  );
  return {
    derived: named(tally.names, taken),
    dates: new Map(dates.map((date, k) => [date, told[k] ?? NO_ROW_TIME])),
    notes: [
      ...(sampled.time === null && dates.length > 0 ? [noteWithoutTime(tally, dates)] : []),
      ...(left === 0 ? [] : [noteOnMore(left)]),
    ],
  };
}

const NO_ROW_TIME = 'it is a date, and no column tells the time of the row, to which its days are counted';

function noteWithoutTime({ names }: TableTally, dates: readonly number[]): string {
  const list = dates.map((date) => `"${names[date]}"`).join(', ');
  const [are, them] = dates.length > 1 ? ['are dates', 'them'] : ['is a date', 'it'];
  return `${list} ${are}, and left out: days since ${them} are counted to the time of the row, which no column tells. Where one does, say --time COLUMN.`;
}

function noteOnMore(left: number): string {
  return `${left} more columns could be made of others than the ${MAX} that are; "columns.derived" of config.json takes any.`;
}

/** A column of dates that is left out for no other reason. */
function isDate({ tally }: SampledColumns, column: number, { role, suspect }: Verdict): boolean {
  return (
    role === 'left-out' && suspect === null && kindOf(tally.columns[column] as ColumnTally).kind === 'time'
  );
}

function rank({ strength }: Candidate): number {
  return Number.isNaN(strength) ? 0 : strength;
}

/** Days since a date, or until it where it is later than most rows; with what is said of the date. */
function daysOf(
  sampled: SampledColumns,
  date: number,
  isStatus: boolean,
): { candidate: Candidate | null; why: string } {
  const { tally, labels } = sampled;
  const name = tally.names[date] as string;
  const since = valuesOf(sampled, { days_since: name });
  const present = since.filter((value) => !Number.isNaN(value));
  if (new Set(present).size < 2) {
    return { candidate: null, why: 'it is a date, as many days from the time of the row in every row' };
  }
  const isAhead = present.filter((value) => value < 0).length * 2 > present.length;
  const strength = strengthOf(labels, since);
  if (!isStatus && strength > LEAK_AUC - 0.5) {
    return { candidate: null, why: 'it is a date that alone tells who left nearly without error' };
  }
  if (isStatus && isDayOfLeaving(labels, since)) {
    return {
      candidate: null,
      why: 'it is a date that those who left have, and that is past for nobody who stayed: it tells when clients leave',
    };
  }
  const made = isAhead ? { days_until: name } : { days_since: name };
  const word = isAhead ? 'until' : 'since';
  const candidate = candidateOf(sampled, `days_${word}_${plainName(name)}`, made, strength);
  return { candidate, why: `it is a date; the days ${word} it are a feature` };
}

/** Of numbers whose names belong together the ratio or the difference, where it ranks clients better than either alone. */
function pairsOf(sampled: SampledColumns): Candidate[] {
  const { tally, verdicts, labels } = sampled;
  const numbers = tally.names.filter((_, column) => verdicts[column]?.role === 'numeric');
  return namedPairs(numbers).flatMap((pair) => {
    const ways: DerivedConfig[] = [{ ratio: pair }, { difference: pair }];
    const values = ways.map((made) => valuesOf(sampled, made));
    const alone = pair.map((name) => numbersOf(sampled, name));
    // All on the same rows.
    const rows = labels.map((label, row) =>
      [...values, ...alone].some((column) => Number.isNaN(column[row])) ? Number.NaN : label,
    );
    const strengths = values.map((column) => strengthOf(rows, column));
    const best = (strengths[1] as number) > (strengths[0] as number) ? 1 : 0;
    const strength = strengths[best] as number;
    const before = Math.max(...alone.map((column) => strengthOf(rows, column)));
    if (!(strength > before + 2 * standardError(rows)) || strength > LEAK_AUC - 0.5) return [];
    const [first, second] = pair.map(plainName) as [string, string];
    const name = best === 0 ? `${first}_per_${second}` : `${first}_less_${second}`;
    return [candidateOf(sampled, name, ways[best] as DerivedConfig, strength)];
  });
}

/** Months of dates over two years and more, where the share of leavers differs by month beyond chance. */
function monthsOf(sampled: SampledColumns, time: number, dates: readonly number[]): Candidate[] {
  const { tally, labels } = sampled;
  return [time, ...dates].flatMap((date) => {
    const name = tally.names[date] as string;
    const days = daysIn(sampled, date).filter((day) => !Number.isNaN(day));
    const months = valuesOf(sampled, { month: name });
    const isLong = days.length > 0 && spanOf(days) >= SEASON_DAYS;
    if (!isLong || !differsByMonth(labels, months)) return [];
    return [candidateOf(sampled, `month_of_${plainName(name)}`, { month: name }, strengthOf(labels, months))];
  });
}

function candidateOf(
  sampled: SampledColumns,
  column: string,
  made: DerivedConfig,
  strength: number,
): Candidate {
  const values = valuesOf(sampled, made).filter((value) => !Number.isNaN(value));
  const time = sampled.time === null ? null : (sampled.tally.names[sampled.time] as string);
  const derived = derivedOfConfig(made, time);
  const examples = [...new Set(values)].slice(0, 3).map((value) => String(Number(value.toPrecision(4))));
  return { column, made, why: derived === null ? '' : derivedWords(derived), examples, strength };
}

/** The values of a derived column in the rows of the sample, NaN where it is missing. */
function valuesOf(sampled: SampledColumns, made: DerivedConfig): Float64Array {
  const { tally, time } = sampled;
  const derived = derivedOfConfig(made, time === null ? null : (tally.names[time] as string));
  if (derived === null) return new Float64Array(tally.sample.length).fill(Number.NaN);
  const isDates = isMadeOfDates(derived.kind);
  const raw = derived.from.map((name) =>
    isDates ? daysIn(sampled, tally.names.indexOf(name)) : numbersOf(sampled, name),
  );
  return Float64Array.from(tally.sample, (_, row) =>
    derive(
      derived.kind,
      raw.map((column) => column[row] as number),
    ),
  );
}

function daysIn({ tally }: SampledColumns, column: number): Float64Array {
  return Float64Array.from(tally.sample, (row) => dayOf(parseTimeText((row[column] ?? '').trim())));
}

function numbersOf({ tally }: SampledColumns, name: string): Float64Array {
  const column = tally.names.indexOf(name);
  return Float64Array.from(tally.sample, (row) => tally.rules.parseNumber((row[column] ?? '').trim()));
}

function spanOf(values: Float64Array): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high - low;
}

/** Of a ROC AUC where the scores tell nothing. */
function standardError(labels: Float64Array): number {
  const left = labels.filter((label) => label === 1).length;
  const stayed = labels.filter((label) => label === 0).length;
  return Math.sqrt((left + stayed + 1) / (12 * left * stayed));
}

function plainName(name: string): string {
  const plain = nameWords(name).join('_');
  return plain === '' ? 'column' : plain;
}

/** Gives each a name that nothing else has. */
function named(names: readonly string[], candidates: readonly Candidate[]): DerivedDecision[] {
  const taken = new Set(names);
  return candidates.map(({ column, made, why, examples }) => {
    let name = column;
    for (let k = 2; taken.has(name); k++) name = `${column}_${k}`;
    taken.add(name);
    return { column: name, made, why, examples };
  });
}
