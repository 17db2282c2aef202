/** Takes secrets out of texts that are kept or shown. */

/** Shorter texts are not taken for secrets: they would be found everywhere. */
const SHORTEST = 6;
const HIDDEN = '***';

/** What follows the names of secrets. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [
    /\b(password|passwd|pwd|secret|token|api[-_]?key|x-api-key)(["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s&,;]+)/gi,
    `$1$2${HIDDEN}`,
  ],
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${HIDDEN}`],
];

/**
 * A function that replaces by `***` the given values (those from 6 characters on), passwords in URLs, and the values
 * of words such as "password" or "token".
 */
export function createRedaction(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret.length >= SHORTEST).sort((a, b) => b.length - a.length);
  return (text) => {
    let shown = text;
    for (const secret of known) shown = shown.replaceAll(secret, HIDDEN);
    return redactSecrets(shown);
  };
}

/** The text without passwords in URLs and without the values of words such as "password" or "token". */
export function redactSecrets(text: string): string {
  const hidden = text.replace(/\S+/g, hidePassword);
  return FORMS.reduce((shown, [form, replacement]) => shown.replace(form, replacement), hidden);
}

/** Longest name of a scheme that is looked for. */
const LONGEST_SCHEME = 31;

/** A word in which `scheme:`, a user and `:` stand before an @, its slashes as they may be, without what is between. */
function hidePassword(word: string): string {
  const at = word.lastIndexOf('@');
  for (let from = word.indexOf(':'); from >= 0; ) {
    const to = word.indexOf(':', from + 1);
    if (to < 0 || to > at) return word;
    const scheme = word.slice(Math.max(0, from - LONGEST_SCHEME), from);
    const user = word.slice(from + 1, to);
    if (/[a-z]/i.test(scheme) && /[a-z0-9+.-]$/i.test(scheme) && !/[?#]|[^/\\]\//.test(user)) {
      return `${word.slice(0, to + 1)}${HIDDEN}${word.slice(at)}`;
    }
    from = to;
  }
  return word;
}

/** Values of the environment that are secrets: API keys, and the URLs and passwords of databases. */
export function secretsOf(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const secrets: string[] = [];
  for (const [name, value = ''] of Object.entries(env)) {
    if (/KEY|PASSWORD|SECRET|TOKEN/i.test(name)) secrets.push(...value.split(',').map((part) => part.trim()));
    // Of a URL that is misspelt, too: what stands between a user and the last @.
    const password = /^\s*["'<]?[a-z][a-z0-9+.-]*:[^:]*:(.+)@/is.exec(value)?.[1] ?? '';
    if (password !== '') secrets.push(password, decoded(password));
  }
  return [...new Set(secrets)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
