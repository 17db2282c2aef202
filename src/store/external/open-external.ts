/** Opens someone's database, whatever it is. */
import { isAbsolute, join } from 'node:path';
import { TidewatchError } from '../../base/errors.ts';
import { isUrl } from '../../config/store-place.ts';
import { parseServerUrl } from '../store-url.ts';
import type { ExternalDatabase, ExternalOptions } from './external-database.ts';

/**
 * Where the database of a configuration is: `env:NAME` is replaced by the variable, and anything that is no URL is a
 * SQLite file, from the workspace on. Error `config-invalid` where the variable is not set.
 */
export function resolvePlace(
  url: string,
  root: string,
  env: Readonly<Record<string, string | undefined>>,
  what: string,
): string {
  const name = /^env:(.+)$/.exec(url)?.[1];
  const place = name === undefined ? url : env[name];
  if (place === undefined || place === '') {
    throw new TidewatchError(
      'config-invalid',
      `${what} is at "${url}", but the environment variable ${name} is not set. Set it to the URL of the database.`,
      { details: { variable: name } },
    );
  }
  return isUrl(place) || isAbsolute(place) ? place : join(root, place);
}

/** Opens the database at a place that `resolvePlace` gave. `source-unavailable` where it does not answer. */
export async function openExternal(place: string, options: ExternalOptions): Promise<ExternalDatabase> {
  if (!isUrl(place)) return (await import('./external-sqlite.ts')).openExternalSqlite(place, options);
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
