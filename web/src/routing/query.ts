/** The query of an address, of a page or of a call. */
import type { QueryValue } from '../../../src/server/contract.ts';

export type Query = Readonly<Record<string, QueryValue>>;

/** "?a=1&b=2", or nothing; keys without a value are left out, and a list gives its key several times. */
export function searchOf(query: Query): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== null && each !== undefined && each !== '') params.append(key, String(each));
    }
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
