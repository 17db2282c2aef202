/** Cuts texts that came from outside before they are told again: what is told must not grow with what was sent. */

const SHOWN = 80;

/** The text where it is short, else its beginning and how long it is. */
export function shorten(text: string, shown = SHOWN): string {
  if (text.length <= shown) return text;
  // Half of a character is none.
  const start = text.slice(0, shown).replace(/[\uD800-\uDBFF]$/, '');
  return `${start}... (${text.length} characters)`;
}

/** The text in quotation marks, its control characters escaped, cut where it is long. */
export function quoted(text: string): string {
  return JSON.stringify(shorten(text));
}
