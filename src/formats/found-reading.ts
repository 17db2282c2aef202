/** Finds how the values of files are written while these are looked at, and writes them plainly for a second look. */

import { TidewatchError } from '../base/errors.ts';
import { nearestName } from '../base/nearest.ts';
import { ownValue } from '../base/own-value.ts';
import { rawNumbers } from '../config/derived-conflicts.ts';
import { nameWords } from '../core/propose/column-names.ts';
import type { ProposalWishes } from '../core/propose/column-verdict.ts';
import type { Proposal } from '../core/propose/proposal.ts';
import {
  chooseReading,
  type DateOrder,
  type ReadingChoice,
  type ValueTally,
} from '../core/propose/reading-choice.ts';
import type { TableTally } from '../core/propose/table-tally.ts';
import { compileDateFormat } from '../core/values/date-format.ts';
import { DateTally, dateCandidates } from '../core/values/date-tally.ts';
import { numberReader } from '../core/values/number-style.ts';
import { StyleTally } from '../core/values/style-tally.ts';
import { renderNumber } from './csv/number-text.ts';
import { isTimeText } from './csv/time-text.ts';

/** What the person says of how values are written; null or nothing: as the files show. */
export interface ValueOptions {
  readonly decimal: '.' | ',' | null;
  readonly dates: DateOrder | null;
  /** Formats by column. */
  readonly formats: Readonly<Record<string, string>>;
}

export const AS_FILES_SHOW: ValueOptions = Object.freeze({ decimal: null, dates: null, formats: {} });

/**
 * Writes a text of a column plainly; what is no value of its style stays as it is, as does `typed`, a number of a format
 * that has numbers, where no date is meant.
 */
export type PlainWriter = (text: string, typed: boolean) => string;

const TIME_WORDS = new Set(
  'date month period time timestamp datetime since until expire expires expiry at on ts datum fecha data mois monat quarter yyyymm yyyymmdd dt'.split(
    ' ',
  ),
);

/** Watches the values of all columns. */
export class ValueWatch {
  readonly tallies: readonly ValueTally[];
  /** By column, whether the value at hand is a number of a format that has numbers. */
  readonly typed: boolean[];
  private readonly missing: ReadonlySet<string>;

  constructor(
    names: readonly string[],
    missing: ReadonlySet<string>,
    reading: ValueOptions,
    time: string | null,
  ) {
    const candidates = dateCandidates(reading.dates === 'ymd');
    this.missing = missing;
    this.typed = names.map(() => false);
    this.tallies = names.map((name) => ({
      styles: new StyleTally(),
      dates: new DateTally(
        candidates,
        name === time || nameWords(name).some((word) => TIME_WORDS.has(word)),
        isTimeText,
      ),
    }));
  }

  /** Takes a text that was not met before, trimmed. */
  see(column: number, text: string): void {
    if (this.missing.has(text)) return;
    const { styles, dates } = this.tallies[column] as ValueTally;
    if (this.typed[column] !== true) styles.add(text);
    dates.add(text);
  }
}

/** How the values of the table are written. Errors as `chooseReading`. */
export function readingOf(
  tally: TableTally,
  watch: ValueWatch,
  reading: ValueOptions,
  wishes: ProposalWishes,
): ReadingChoice {
  for (const name of Object.keys(reading.formats)) refuseUnknown(name, tally.names);
  const labels = tally.candidates.map(({ column }) => tally.names[column] as string);
  return chooseReading(tally.names, watch.tallies, tally.columns, {
    ...reading,
    asTexts: [
      ...wishes.leaveOut,
      ...wishes.categorical,
      ...labels,
      ...(wishes.id === null ? [] : [wishes.id]),
    ],
    asNumbers: wishes.numeric,
  });
}

function refuseUnknown(name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  const near = nearestName(name, names);
  throw new TidewatchError(
    'column-missing',
    `--dates names "${name}", which is no column of the data; ` +
      (near === null ? `its columns are ${names.slice(0, 30).join(', ')}` : `did you mean "${near}"?`),
    { details: { option: '--dates', column: name, columns: names } },
  );
}

/** For each column what writes its values plainly, null where they are; null where all are. */
export function plainWriters(
  names: readonly string[],
  tallies: readonly ValueTally[],
  choice: ReadingChoice,
): (PlainWriter | null)[] | null {
  const { decimal, thousands, units, dates, told } = choice;
  const writers = names.map((name, k): PlainWriter | null => {
    const format = ownValue(dates, name);
    if (format !== undefined) {
      const { read } = compileDateFormat(format);
      return (text) => read(text) ?? text;
    }
    const unit = ownValue(units, name) ?? null;
    const isStyled = unit !== null || decimal !== '.' || thousands !== null;
    if (!Object.hasOwn(told, name) || !isStyled || !(tallies[k]?.styles.isNumbers || unit !== null))
      return null;
    const read = numberReader({ decimal, thousands, unit });
    return (text, typed) => {
      const value = typed ? Number.NaN : read(text);
      return Number.isNaN(value) ? text : renderNumber(value);
    };
  });
  return writers.every((write) => write === null) ? null : writers;
}

/** The proposal with how values are written, in the reasons too. */
export function withReading<P extends Proposal>(proposal: P, choice: ReadingChoice): P & FoundReading {
  const { decimal, thousands, dates, told } = choice;
  const { columns } = proposal;
  const numbers = new Set([...columns.numeric, columns.value, ...rawNumbers(columns.derived)]);
  const units = Object.fromEntries(Object.entries(choice.units).filter(([name]) => numbers.has(name)));
  return {
    ...proposal,
    columns: { ...columns, units },
    decisions: proposal.decisions.map((decision) => {
      const text = ownValue(told, decision.column);
      return text === undefined ? decision : { ...decision, why: `${decision.why}; ${text}` };
    }),
    input: {
      ...(decimal === '.' ? {} : { decimal }),
      ...(thousands === null ? {} : { thousands }),
      ...(Object.keys(dates).length === 0 ? {} : { dates }),
    },
  };
}

export interface FoundReading {
  /** What `input` of the configuration must say, where that is not what it says by default. */
  readonly input: {
    readonly decimal?: '.' | ',';
    readonly thousands?: NonNullable<ReadingChoice['thousands']>;
    readonly dates?: Readonly<Record<string, string>>;
  };
}
