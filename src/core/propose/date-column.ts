/** Which columns hold dates or periods. */
import { nameWords } from './column-names.ts';
import type { ColumnTally } from './column-tally.ts';
import { firstForm } from './date-forms.ts';

/** Different days or months that no column of other numbers has by chance: of these at most one in eight is one. */
const MANY = 10;

/**
 * The form of the dates or periods of a column in which every value is one, as `input.dates` writes it; null where they
 * are none, or numbers that only may be dates: those of epochs need a name that speaks of time, other numbers such a
 * name or ten different dates.
 */
export function dateFormOf(name: string, own: ColumnTally): string | null {
  const values = own.distinct - own.missingTexts.size;
  if (values <= 0) return null;
  const isNamed = isTimeName(name);
  return firstForm(
    own.dateForms,
    (needs) => needs === 'nothing' || isNamed || (needs === 'name-or-many' && values >= MANY),
  );
}

const TIME_WORDS = new Set(
  'date dates day dt time times timestamp datetime ts epoch unix month months period quarter yyyymm yyyymmdd yearmonth at on since until created updated modified registered joined expires expired expiry expiration birth birthday dob datum tag monat fecha mes data mois dato pvm'.split(
    ' ',
  ),
);

/** Whether a name speaks of time: "transaction_date", "created_at", "signupdate", "Monat". */
function isTimeName(name: string): boolean {
  const words = nameWords(name);
  return words.some(
    (word) => TIME_WORDS.has(word) || /(?:date|datum|time|timestamp|month|fecha)$/.test(word),
  );
}

/** Whether the values of a column are all times of ISO 8601, or dates or periods of one other form. */
export function isTimes(name: string, own: ColumnTally): boolean {
  return (own.times > 0 && own.times === own.rows - own.empty) || dateFormOf(name, own) !== null;
}
