/** Where in the dashboard the reader is: the part of the address after the #, which can be shared and gone back to. */
import { computed, signal } from '@preact/signals';
import { type Query, searchOf } from './query.ts';

export interface Route {
  /** Decoded parts, such as ["clients", "abcd"]; empty on the first page. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

const hash = signal(location.hash);
addEventListener('hashchange', () => {
  hash.value = location.hash;
});

export const route = computed(() => parseRoute(hash.value));

/** Reads "#/clients/abcd?owner=Kim"; what cannot be decoded is taken as it is. */
export function parseRoute(text: string): Route {
  const [path = '', query = ''] = text.replace(/^#?\/?/, '').split('?', 2);
  return { path: path.split('/').filter(Boolean).map(decode), query: new URLSearchParams(query) };
}

/** The address of a page: parts are encoded, and keys without a value are left out. */
export function href(path: readonly string[], query: Query = {}): string {
  const search = searchOf(query);
  return `#/${path.map(encodeURIComponent).join('/')}${search}`;
}

/** Changes keys of the query of this page without a new step in the history; null takes one out. */
export function changeQuery(changes: Query): void {
  const { path, query } = route.value;
  const next = href(path, { ...Object.fromEntries(query), ...changes });
  history.replaceState(null, '', next);
  hash.value = location.hash;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
