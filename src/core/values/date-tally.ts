/** Finds by all texts of a column in which formats each of them is a date. */
import { compileDateFormat, type DateFormat } from './date-format.ts';

/** Dates that no other number or text looks like. */
const DATES = [
  ...['.', '/', '-', ' '].flatMap((mark) => [
    `D${mark}M${mark}YYYY`,
    `M${mark}D${mark}YYYY`,
    `D${mark}M${mark}YY`,
    `M${mark}D${mark}YY`,
    `YYYY${mark}M${mark}D`,
  ]),
  'D MMM YYYY',
  'D. MMM YYYY',
  'D-MMM-YYYY',
  'D-MMM-YY',
  'D MMM YY',
  'MMM D, YYYY',
  'MMM D YYYY',
  'D [de] MMM [de] YYYY',
];
const CLOCKS = [
  '',
  ...[' ', ', ', '[T]'].flatMap((gap) =>
    ['H:mm', 'H:mm:ss', 'H:mm:ss.SSS', 'H:mm:ssZ', 'H:mm:ss Z', 'h:mm A', 'h:mm:ss A'].map(
      (clock) => `${gap}${clock}`,
    ),
  ),
];
const PERIODS = [
  'MMM YYYY',
  'MMM-YYYY',
  'MMM-YY',
  'MMM YY',
  'YYYY MMM',
  'YYYY-MMM',
  'M/YYYY',
  'M-YYYY',
  'YYYY/M',
  'YYYY-M',
  'YYYY-[Q]Q',
  'YYYY [Q]Q',
  'YYYY[Q]Q',
  '[Q]Q YYYY',
  '[Q]Q-YYYY',
  '[Q]Q/YYYY',
];
/** Dates that look like numbers: only of a column whose name speaks of time. */
const NUMBERS = ['YYYYMMDD', 'YYYYMM', 'YYYYMMDDHHmmss', 'X', 'x', 'M.YYYY', 'YYYY.M'];
/** Years first with two digits are looked for only where a person says so. */
const SHORT_YEARS = ['YY-M-D', 'YY/M/D', 'YY.M.D', 'YYMMDD'];
/** Epochs are taken from 2000 to 2040. */
const FIRST_YEAR = 2000;
const LAST_YEAR = 2040;

/** Texts that are no date after which a column without one is given up. */
const MAX_MISSES = 20;
const ODD_SHARE = 0.01;
const LONGEST = 48;
const MAY_BE_NUMBER = /^\d+(?:\.\d+)?$/;

export interface DateCandidates {
  readonly texts: readonly DateFormat[];
  readonly numbers: readonly DateFormat[];
}

/** The formats that are looked for; to be made once. `yearFirst`: also those that begin with a year of two digits. */
export function dateCandidates(yearFirst: boolean): DateCandidates {
  const dates = [...DATES, ...(yearFirst ? SHORT_YEARS.slice(0, 3) : [])];
  return {
    texts: [...dates.flatMap((date) => CLOCKS.map((clock) => `${date}${clock}`)), ...PERIODS].map(
      compileDateFormat,
    ),
    numbers: [...NUMBERS, ...(yearFirst ? SHORT_YEARS.slice(3) : [])].map(compileDateFormat),
  };
}

export class DateTally {
  /** Formats in which every date so far is one; empty: there is none yet. */
  fits: readonly DateFormat[] = [];
  /** The first two texts that are one date in one format and another in another. */
  readonly examples: string[] = [];
  private hits = 0;
  private misses = 0;
  private iso = 0;
  private readonly candidates: DateCandidates;
  private readonly isNamedTime: boolean;
  private readonly isIso: (text: string) => boolean;

  /** @param isNamedTime whether the column's name speaks of time, so that its numbers may be dates. */
  constructor(candidates: DateCandidates, isNamedTime: boolean, isIso: (text: string) => boolean) {
    this.candidates = candidates;
    this.isNamedTime = isNamedTime;
    this.isIso = isIso;
  }

  /** @param text trimmed, not empty. */
  add(text: string): void {
    if (this.hits === 0 && this.misses > MAX_MISSES) return;
    const isNumber = MAY_BE_NUMBER.test(text);
    if (text.length > LONGEST || (isNumber && !this.isNamedTime) || !/\d/.test(text)) {
      this.misses++;
      return;
    }
    if (this.isIso(text)) {
      this.iso++;
      return;
    }
    const open =
      this.fits.length > 0 ? this.fits : isNumber ? this.candidates.numbers : this.candidates.texts;
    const left = open.filter((format) => isDate(format, text));
    if (left.length === 0) this.misses++;
    else {
      this.fits = left;
      this.hits++;
      if (this.examples.length < 2 && differ(left, text)) this.examples.push(text);
    }
  }

  /** Whether the column is one of dates in a format other than ISO 8601. */
  get isDates(): boolean {
    return this.hits > 0 && this.misses <= ODD_SHARE * (this.hits + this.iso);
  }
}

function differ(formats: readonly DateFormat[], text: string): boolean {
  const first = formats[0]?.read(text);
  return formats.some(({ read }) => read(text) !== first);
}

function isDate({ format, read }: DateFormat, text: string): boolean {
  const time = read(text);
  if (time === null) return false;
  if (!/^x$/i.test(format) && !/^YYYYMM/.test(format)) return true;
  const year = Number(time.slice(0, 4));
  return (
    year >= (format === 'X' || format === 'x' ? FIRST_YEAR : 1900) &&
    year <= (/^x$/i.test(format) ? LAST_YEAR : 2100)
  );
}
