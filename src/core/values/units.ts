/** Signs and words that stand before or behind a number: currencies, percent, units of measure. */

const CURRENCY_WORDS = new Set('kr kr. zł Kč Ft Rs Rs. Fr. Fr lei лв руб руб.'.split(' '));
const CURRENCY_SIGN = /^[A-Z]{0,3}\p{Sc}$/u;
const CODES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
/** Longest text that is taken for a unit, as `columns.units` has it. */
const LONGEST = 20;
/** Endings of the plural of a unit, in the languages that write one with letters. */
const PLURALS = ['s', 'es', 'e', 'n', 'en'];
/** A word without digits, or several; no mark of a number, and no sign of a comparison. */
const UNIT = /^[\p{L}\p{Sc}%‰°µ²³/.·$ ]+$/u;

/** Whether the text is a sign or name of a currency: "€", "US$", "EUR", "kr". */
export function isCurrency(text: string): boolean {
  return CURRENCY_SIGN.test(text) || CURRENCY_WORDS.has(text) || CODES.has(text);
}

/** Whether the text may stand behind numbers as their unit. */
export function isUnit(text: string): boolean {
  return text !== '' && text.length <= LONGEST && (isCurrency(text) || UNIT.test(text));
}

/**
 * Texts that mean the same unit: itself, "month" beside "months" (and the plural of other languages), "€" beside "EUR".
 * Capitals count: "Mb" is not "MB".
 */
export function spellingsOf(unit: string): string[] {
  if (unit === '€' || unit === 'EUR') return ['€', 'EUR'];
  if (!/^\p{L}{2,}$/u.test(unit) || isCurrency(unit)) return [unit];
  const singular = PLURALS.filter((end) => unit.endsWith(end) && unit.length - end.length >= 2).map((end) =>
    unit.slice(0, -end.length),
  );
  return [unit, ...PLURALS.map((end) => unit + end), ...singular];
}
