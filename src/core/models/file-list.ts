/** The list of file names in ingestedfiles.txt: written as a Python list, read in three notations. */

/** A Python list literal, `['dataset1.csv', 'dataset2.csv']`, as Python itself writes it, with a line ending. */
export function renderFileList(names: readonly string[]): string {
  return `[${names.map(renderPythonText).join(', ')}]\n`;
}

/**
 * Reads a Python list literal (either quote, the escapes of Python), a JSON array of texts, or one name a line.
 * An empty text is an empty list.
 * @throws SyntaxError where a list is begun and not well formed.
 */
export function parseFileList(text: string): string[] {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  if (!trimmed.startsWith('['))
    return trimmed
      .split(/\r?\n/)
      .map((name) => name.trim())
      .filter((name) => name !== '');
  const names: string[] = [];
  let rest = trimmed.slice(1).trimStart();
  while (!rest.startsWith(']')) {
    const item = ITEM.exec(rest);
    if (item === null) throw new SyntaxError(`a file list is damaged at "${rest.slice(0, 40)}"`);
    names.push(unescapeText(item[1] ?? item[2] ?? ''));
    rest = rest.slice(item[0].length).trimStart();
    if (rest.startsWith(',')) rest = rest.slice(1).trimStart();
    else if (!rest.startsWith(']'))
      throw new SyntaxError(`a file list lacks a comma at "${rest.slice(0, 40)}"`);
  }
  if (rest.length > 1) throw new SyntaxError(`text follows a file list: "${rest.slice(1, 41)}"`);
  return names;
}

const ITEM = /^(?:'((?:[^'\\\n]|\\[\s\S])*)'|"((?:[^"\\\n]|\\[\s\S])*)")/;
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g;
const NAMED: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '\n': '',
};

function unescapeText(text: string): string {
  return text.replace(
    ESCAPE,
    (whole, x?: string, u?: string, U?: string, octal?: string, single?: string) => {
      const hex = x ?? u ?? U;
      if (U !== undefined) return String.fromCodePoint(Number.parseInt(U, 16));
      // A JSON text has characters beyond 16 bits as two escapes, so a half must be kept as it is.
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      if (single === undefined) return whole;
      const named = NAMED[single];
      if (named !== undefined) return named;
      return '\\\'"/'.includes(single) ? single : whole;
    },
  );
}

/** Python's repr: single quotes, unless there are single and no double ones inside. */
function renderPythonText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let body = '';
  for (const character of text) body += renderCharacter(character, quote);
  return quote + body + quote;
}

function renderCharacter(character: string, quote: string): string {
  if (character === '\\' || character === quote) return `\\${character}`;
  const simple = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
  if (simple !== undefined) return simple;
  const code = character.codePointAt(0) as number;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code >= 0xd800 && code <= 0xdfff) return `\\u${code.toString(16)}`;
  return character;
}
