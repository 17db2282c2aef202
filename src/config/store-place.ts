/** Where the state is kept, as the key `store` says it: a file of the workspace, a URL, or the name of a variable. */
import { TidewatchError } from '../base/errors.ts';

const VARIABLE = /^env:(.*)$/s;

/** Whether the place is a URL rather than the path of a file. */
export function isUrl(place: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(place);
}

/** Whether the place is a path inside the workspace: no URL, and no name of a variable. */
export function isStorePath(place: string): boolean {
  return !isUrl(place) && !VARIABLE.test(place);
}

/** The place as it may be shown: a password in it is replaced by `***`, whether or not it is a URL otherwise. */
export function redactUrl(place: string): string {
  return (
    place
      .replace(/^(\s*[a-z][a-z0-9+.-]*:\/\/[^:/?#@]*):.*@/is, '$1:***@')
      // Without an @ what follows the : is no password where it is a port, or a part of an address in brackets.
      .replace(/^(\s*[a-z][a-z0-9+.-]*:\/\/(?!\[)[^:/?#@]*):(?!\*\*\*@|\d+(?:[/?#]|\s*$)).*$/is, '$1:***')
      .replace(/([?&](?:password|pass|pwd)=)[^&]*/gi, '$1***')
  );
}

/**
 * The place that is meant: of `env:NAME` what the variable of the environment says. `config-invalid` where it is not
 * set; `said` names what said it.
 */
export function resolveStorePlace(
  place: string,
  env: Readonly<Record<string, string | undefined>>,
  said = '"store" in config.json',
): string {
  const name = VARIABLE.exec(place)?.[1];
  if (name === undefined) return place;
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new TidewatchError(
    'config-invalid',
    `${said} is "${place}", but the variable ${name} of the environment is not set. Set it to the path ` +
      'of a SQLite file or to a URL such as postgres://user:password@host:5432/database.',
    { details: { variable: name } },
  );
}
