/** Texts in CSV files that people open in a spreadsheet, which would run some of them as formulas. */

const DANGEROUS = /^'*[=+\-@\t\r]/;
const NUMBER = /^'*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * The text as such a file has it: an apostrophe stands before what a spreadsheet would run (OWASP, CSV injection), and
 * before what has one already. Numbers stay as they are.
 */
export function guardFormula(text: string): string {
  return isGuarded(text) ? `'${text}` : text;
}

/** What `guardFormula` was given. */
export function unguardFormula(written: string): string {
  return written.startsWith("'") && isGuarded(written) ? written.slice(1) : written;
}

function isGuarded(text: string): boolean {
  return DANGEROUS.test(text) && !NUMBER.test(text);
}
