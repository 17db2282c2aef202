/** Keys that a JSON text gives twice in one object: of such JSON.parse keeps the last and drops the others. */

/** A whole string, or one sign of the structure; numbers, words and blanks are passed over. */
const TOKEN = /"(?:[^"\\]|\\.)*"?|[{}[\],:]/gs;

interface Level {
  /** Keys so far; null in a list. */
  readonly keys: Set<string> | null;
  /** Where in its parent the value at hand is. */
  place: string | number;
}

/** Dotted, as in `columns.id`, each once. `text` must be JSON. */
export function duplicateKeys(text: string): string[] {
  const found = new Set<string>();
  const levels: Level[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === '{') levels.push({ keys: new Set(), place: '' });
    else if (token === '[') levels.push({ keys: null, place: 0 });
    else if (token === '}' || token === ']') levels.pop();
    else if (token === ',' && typeof level?.place === 'number') level.place++;
    else if (token === ':' && level !== undefined) {
      level.place = JSON.parse(last) as string;
      if (level.keys?.has(level.place)) found.add(levels.map(({ place }) => place).join('.'));
      level.keys?.add(level.place);
    }
    last = token;
  }
  return [...found];
}
