/** Words for yes and no, in the languages that files are often written in. */

const YES = 'true yes y on t ja j oui vrai si sí sì s sim verdadero vero tak да はい wahr'.split(' ');
const NO = 'false no n off f nein nee nej non faux não nao falso falsch nie нет いいえ'.split(' ');
const VALUES: ReadonlyMap<string, 0 | 1> = new Map([
  ...YES.map((word) => [word, 1] as const),
  ...NO.map((word) => [word, 0] as const),
]);
const LONGEST = Math.max(...[...VALUES.keys()].map((word) => word.length));

/** What `columns.units` says of a column of numbers whose values are such words. */
export const FLAG_UNIT = 'yes/no';

/** 1 for a word that means yes, 0 for one that means no, in any case; null for any other text. */
export function flagOf(text: string): 0 | 1 | null {
  // A letter may be composed of two characters.
  if (text.length > LONGEST + 2) return null;
  return VALUES.get(text.normalize('NFC').toLowerCase()) ?? null;
}
