/** Ways to write dates and periods that are not ISO 8601: "2024-01", "202401", "20240131", "Jan 2024". */
import { compileDateFormat, type DateFormat } from '../values/date-format.ts';

interface DateForm {
  /** As `input.dates` of the configuration has it. */
  readonly format: string;
  /** What a column must have for its values, all of which fit, to be taken for dates of this form. */
  readonly needs: 'nothing' | 'name-or-many' | 'name';
  readonly years: readonly [number, number];
}

const YEARS = [1900, 2100] as const;
const EPOCH_YEARS = [2000, 2040] as const;
const text = (format: string): DateForm => ({ format, needs: 'nothing', years: YEARS });

/** In the order in which they are tried. Of numbers it takes more than that they fit. */
const FORMS: readonly DateForm[] = [
  ...['YYYY-MM', 'YYYY/MM', 'MMM YYYY', 'MMM-YYYY', 'MMM-YY', 'MMM YY'].map(text),
  ...['YYYY-[Q]Q', 'YYYY [Q]Q', 'YYYY[Q]Q', '[Q]Q YYYY'].map(text),
  { format: 'YYYYMMDD', needs: 'name-or-many', years: YEARS },
  { format: 'YYYYMM', needs: 'name-or-many', years: YEARS },
  { format: 'X', needs: 'name', years: EPOCH_YEARS },
  { format: 'x', needs: 'name', years: EPOCH_YEARS },
];

/** A set of forms as bits: all of them. */
export const ALL_FORMS = (1 << FORMS.length) - 1;
const LONGEST = 16;

let formats: readonly DateFormat[] | null = null;

/** The forms of the set `among` in which a trimmed text is a date of a plausible year. */
export function formsOf(text: string, among: number): number {
  if (among === 0 || text.length > LONGEST || !/\d/.test(text)) return 0;
  formats ??= FORMS.map(({ format }) => compileDateFormat(format));
  return FORMS.reduce((found, { years: [first, last] }, k) => {
    if ((among & (1 << k)) === 0) return found;
    const year = Number(formats?.[k]?.read(text)?.slice(0, 4) ?? Number.NaN);
    return year >= first && year <= last ? found | (1 << k) : found;
  }, 0);
}

/** The first form of a set for which `has` what it needs, as `input.dates` writes it, or null. */
export function firstForm(among: number, has: (needs: DateForm['needs']) => boolean): string | null {
  return FORMS.find(({ needs }, k) => (among & (1 << k)) !== 0 && has(needs))?.format ?? null;
}
