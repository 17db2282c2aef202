/** Puts a member into an object of a JSON text and leaves the rest of the text as it is. */

/** A whole string, or one sign of the structure; numbers, words and blanks are passed over. */
const TOKEN = /"(?:[^"\\]|\\.)*"?|[{}[\],:]/gs;

interface Member {
  /** Where its key, its value and the end of its value are. */
  readonly key: number;
  readonly value: number;
  readonly end: number;
}

interface ObjectText {
  readonly open: number;
  readonly close: number;
  readonly members: ReadonlyMap<string, Member>;
}

/**
 * The text with `value` at the keys of `path`; objects on the way that are not there are made, and a value that is
 * there is replaced. New members stand last, indented as their neighbours are. `text` must be the JSON of an object.
 */
export function insertMember(text: string, path: readonly [string, ...string[]], value: unknown): string {
  return insertInto(text, text.indexOf('{'), path, value);
}

function insertInto(text: string, open: number, path: readonly string[], value: unknown): string {
  const [key = '', ...rest] = path;
  const object = readObject(text, open);
  const member = object.members.get(key);
  if (member === undefined) return append(text, object, key, nested(rest, value));
  if (rest.length > 0 && text[member.value] === '{') return insertInto(text, member.value, rest, value);
  const replaced = onOneLine(nested(rest, value));
  return `${text.slice(0, member.value)}${replaced}${text.slice(member.end)}`;
}

function nested(path: readonly string[], value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}

function append(text: string, { open, close, members }: ObjectText, key: string, value: unknown): string {
  const last = [...members.values()].at(-1);
  const member = `${JSON.stringify(key)}: `;
  if (last === undefined) {
    return `${text.slice(0, open + 1)} ${member}${onOneLine(value)} ${text.slice(close)}`;
  }
  // What stands before the last key: a line break and its indent, or nothing but a blank.
  const [before = ' '] = /\r?\n[ \t]*$/.exec(text.slice(open + 1, last.key)) ?? [];
  return `${text.slice(0, last.end)},${before}${member}${onOneLine(value)}${text.slice(last.end)}`;
}

function onOneLine(value: unknown): string {
  return JSON.stringify(value, null, 1).replace(/\n */g, ' ');
}

/** The object whose brace is at `open`. Of a key that is given twice, the last one. */
function readObject(text: string, open: number): ObjectText {
  const members = new Map<string, Member>();
  let depth = 0;
  let string = { text: '', at: 0 };
  let member: { name: string; key: number; value: number } | null = null;
  let end = open + 1;
  const finish = (): void => {
    if (member !== null) members.set(member.name, { key: member.key, value: member.value, end });
    member = null;
  };
  for (const match of text.slice(open + 1).matchAll(TOKEN)) {
    const [token] = match;
    const at = open + 1 + match.index;
    if (depth === 0 && (token === ',' || token === '}')) {
      end = open + 1 + text.slice(open + 1, at).trimEnd().length;
      finish();
      if (token === '}') return { open, close: at, members };
    } else if (depth === 0 && token === ':') {
      const value = at + 1 + (text.slice(at + 1).length - text.slice(at + 1).trimStart().length);
      member = { name: JSON.parse(string.text) as string, key: string.at, value };
    } else if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (token !== ',' && token !== ':') string = { text: token, at };
  }
  throw new TypeError('The text is no object of JSON.');
}
