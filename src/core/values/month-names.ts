/** Names of months, long and short, in the languages that files are often written in. */

const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'sv', 'da', 'nb', 'fi'];
let known: ReadonlyMap<string, number> | null = null;

/** The month, 1 to 12, that a name means in any of the languages, in any case, with a point behind it or without; null: none. */
export function monthOf(name: string): number | null {
  known ??= collect();
  return known.get(key(name)) ?? null;
}

function key(name: string): string {
  return name.normalize('NFC').toLowerCase().replace(/\.$/, '');
}

/** A name that means another month in another language is none. */
function collect(): Map<string, number> {
  const found = new Map<string, number>();
  const add = (name: string, month: number): void => {
    found.set(name, (found.get(name) ?? month) === month ? month : Number.NaN);
  };
  for (const language of LANGUAGES) {
    for (const style of ['long', 'short'] as const) {
      const alone = new Intl.DateTimeFormat(language, { month: style, timeZone: 'UTC' });
      const inDate = new Intl.DateTimeFormat(language, { month: style, day: 'numeric', timeZone: 'UTC' });
      for (let month = 1; month <= 12; month++) {
        const date = Date.UTC(2024, month - 1, 5);
        add(key(alone.format(date)), month);
        const part = inDate.formatToParts(date).find(({ type }) => type === 'month');
        if (part !== undefined) add(key(part.value), month);
      }
    }
  }
  for (const [name, month] of found) if (Number.isNaN(month) || /\d/.test(name)) found.delete(name);
  // What English programs write beside "Sep".
  return found.set('sept', 9);
}
