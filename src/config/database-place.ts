/** Where a database is, as a person says it: the path of a SQLite file, a URL, or the name of a variable. */
import { TidewatchError } from '../base/errors.ts';
import { nearestName } from '../base/nearest.ts';

export type ServerKind = 'postgres' | 'mysql';

/** A database that is meant. */
export type DatabasePlace =
  | { readonly kind: 'sqlite'; readonly path: string }
  /** The URL begins with a known scheme; store-url.ts reads the rest. */
  | { readonly kind: ServerKind; readonly url: string };

/** What may be said: a database, or the variable of the environment that holds one. */
export type SaidPlace = DatabasePlace | { readonly kind: 'variable'; readonly name: string };

type Environment = Readonly<Record<string, string | undefined>>;

const KINDS: Readonly<Record<string, ServerKind>> = {
  postgres: 'postgres',
  postgresql: 'postgres',
  mysql: 'mysql',
  mariadb: 'mysql',
};

/** What a refusal tells to give instead. */
export const PLACE_FORMS =
  'Expected postgres://user:password@host:port/database, the same with mysql:// or mariadb://, or the path of a ' +
  'SQLite file';

const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
const VARIABLE = /^env:(.*)$/s;
const CONTROL = /[\p{Cc}\u2028\u2029]/u;
/** Parameters of a connection, as drivers write them. */
const PARAMETERS = /(?:^|[\s;?&])(?:password|passwd|pwd|pass|user|host|dbname|server)\s*=/i;

/** Whether it has what no path is likely to have, and a URL or a list of parameters that was misspelt is likely to have. */
function isNoPath(said: string): boolean {
  const user = said.slice(0, Math.max(0, said.lastIndexOf('@')));
  return /:[/\\]{2}/.test(said) || /[/\\]{2}|[:;\uff1a]/.test(user) || PARAMETERS.test(said);
}

/**
 * Reads what a person has said of where a database is; blanks around it count for nothing. `what` names the database
 * in errors, such as `The state store`. `config-invalid` for what is none of the forms; the message shows no more of
 * it than the part before the first `:`.
 */
export function parsePlace(text: string, what: string): SaidPlace {
  const said = text.trim();
  if (said === '') throw refused(what, '', 'nothing is said');
  if (CONTROL.test(said)) throw refused(what, '...', 'it holds a control character');
  const name = VARIABLE.exec(said)?.[1];
  if (name !== undefined) return { kind: 'variable', name: variableName(name, what) };
  const scheme = SCHEME.exec(said)?.[1];
  if (scheme !== undefined) return { kind: kindOf(scheme, said, what), url: said };
  if (isNoPath(said)) throw refused(what, '...', 'it is neither a URL that is known here nor a plain path');
  return { kind: 'sqlite', path: said };
}

/**
 * The database that is meant: of `env:NAME` what the variable says. `said` names what said it, such as
 * `"store" in config.json`. `config-invalid` where the variable is not set, or holds none of the forms.
 */
export function resolvePlace(text: string, env: Environment, what: string, said: string): DatabasePlace {
  const place = parsePlace(text, what);
  if (place.kind !== 'variable') return place;
  const { name } = place;
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value === undefined || value.trim() === '') {
    throw new TidewatchError(
      'config-invalid',
      `${said} is "env:${name}", but the variable ${name} of the environment is not set. Set it. ${PLACE_FORMS}.`,
      { details: { variable: name } },
    );
  }
  const meant = parsePlace(value, `${what} (variable ${name})`);
  if (meant.kind !== 'variable') return meant;
  throw refused(what, '', `the variable ${name} names another variable`);
}

function variableName(name: string, what: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name;
  throw refused(what, 'env:...', 'what follows "env:" is no name of a variable (letters, digits and _)');
}

function kindOf(scheme: string, said: string, what: string): ServerKind {
  const shown = `${scheme}:...`;
  const name = scheme.toLowerCase();
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (kind !== undefined && said.startsWith('://', scheme.length)) return kind;
  if (kind !== undefined) throw refused(what, shown, `"${scheme}:" is not followed by //`);
  if (name === 'sqlite' || name === 'file') {
    throw refused(what, shown, `a SQLite file is named by its path alone, without "${scheme}:"`);
  }
  const near = nearestName(scheme, Object.keys(KINDS));
  const meant = near === null ? '' : ` (did you mean "${near}"?)`;
  throw refused(what, shown, `"${scheme}:" is no database that is known here${meant}`);
}

function refused(what: string, shown: string, why: string): TidewatchError {
  return new TidewatchError(
    'config-invalid',
    `${what} is named as "${shown}": ${why}. ${PLACE_FORMS}, with ./ before a name that has a : in it.`,
  );
}

/** A place of a known form as it may be shown: a password in it is replaced by `***`. */
export function redactUrl(place: string): string {
  return (
    place
      // A user may have an @ in it, as `user@server` of some providers.
      .replace(/^(\s*[a-z][a-z0-9+.-]*:\/\/[^:]*):.*@/is, '$1:***@')
      // Without an @ what follows the : is no password where it is a port, or a part of an address in brackets.
      .replace(/^(\s*[a-z][a-z0-9+.-]*:\/\/(?!\[)[^:/?#@]*):(?!\*\*\*@|\d+(?:[/?#]|\s*$)).*$/is, '$1:***')
      // A user whose : was misspelt.
      .replace(/^(\s*[a-z][a-z0-9+.-]*:\/\/)([^:@]*)@/i, (whole, scheme: string, user: string) =>
        /[;,=/]/.test(user) ? `${scheme}***@` : whole,
      )
      .replace(/([?&](?:password|pass|pwd)=)[^&]*/gi, '$1***')
  );
}
