/** Opens someone's database, whatever it is. */
import { isAbsolute, resolve } from 'node:path';
import { TidewatchError } from '../../base/errors.ts';
import { resolvePlace } from '../../config/database-place.ts';
import { parseServerUrl } from '../databases/store-url.ts';
import type { ExternalDatabase, ExternalOptions } from './external-database.ts';

/** Where the database of a configuration is: a URL, or the absolute path of a SQLite file. Errors of the place pass. */
export function externalPlace(
  said: string,
  root: string,
  env: Readonly<Record<string, string | undefined>>,
  what: string,
): string {
  const place = resolvePlace(said, env, what, what);
  return place.kind === 'sqlite' ? resolve(root, place.path) : place.url;
}

/** Opens the database at a place that `externalPlace` gave. `source-unavailable` where it does not answer. */
export async function openExternal(place: string, options: ExternalOptions): Promise<ExternalDatabase> {
  if (isAbsolute(place)) return (await import('./external-sqlite.ts')).openExternalSqlite(place, options);
  const url = parseUrl(place, options.what);
  return url.kind === 'postgres'
    ? await (await import('./external-postgres.ts')).openExternalPostgres(url, options)
    : await (await import('./external-mysql.ts')).openExternalMysql(url, options);
}

function parseUrl(place: string, what: string): ReturnType<typeof parseServerUrl> {
  try {
    return parseServerUrl(place);
  } catch (error) {
    if (!(error instanceof TidewatchError)) throw error;
    throw new TidewatchError(error.code, error.message.replace('The state store', what), { cause: error });
  }
}
