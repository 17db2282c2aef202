/** Numbers whose names say that they belong together: a part and its whole, or now and before. */
import { compactName } from './column-names.ts';

/** Words by which the names of two columns differ; the first is divided by the second. */
const WORDS: readonly (readonly [string, string])[] = [
  ['lastmonth', 'lastyear'],
  ['monthly', 'yearly'],
  ['monthly', 'annual'],
  ['month', 'year'],
  ['total', 'monthly'],
  ['used', 'quota'],
  ['used', 'limit'],
  ['used', 'included'],
  ['used', 'allowance'],
  ['usage', 'quota'],
  ['usage', 'limit'],
  ['current', 'previous'],
  ['current', 'prior'],
  ['last', 'previous'],
  ['last', 'prior'],
  ['this', 'last'],
  ['this', 'previous'],
  ['actual', 'planned'],
  ['actual', 'expected'],
  ['failed', 'total'],
  ['late', 'total'],
];

/** Pairs of the names in their order, each once. */
export function namedPairs(names: readonly string[]): [string, string][] {
  const byName = new Map(names.map((name) => [compactName(name), name]));
  const pairs = new Map<string, [string, string]>();
  for (const [compact, name] of byName) {
    for (const [first, second] of WORDS) {
      const at = compact.indexOf(first);
      if (at < 0) continue;
      const other = byName.get(compact.slice(0, at) + second + compact.slice(at + first.length));
      const key = JSON.stringify([name, other]);
      if (other !== undefined && other !== name && !pairs.has(key)) pairs.set(key, [name, other]);
    }
  }
  return [...pairs.values()];
}
