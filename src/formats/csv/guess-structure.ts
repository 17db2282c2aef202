/** Finds the header of a file of which nothing is known, by the shape of its lines. */
import { type Delimiter, separatorName } from './delimiter.ts';
import type { FirstLines, Structure, StructureWish } from './first-lines.ts';

/** Share of the records under the header that have as many fields as most. */
const ALIKE = 0.8;

/** What a file is by one separator. */
interface Shape {
  readonly delimiter: Delimiter;
  /** Fields of most records. */
  readonly width: number;
  /** Line of the header; null: no line can be it. */
  readonly line: number | null;
}

/**
 * The separator by which most records have the same number of fields, two at least, and the first line that names so
 * many; of several the one whose header comes first, then the one with most fields. A header that is not the first
 * line has a name in every field, no two alike and none a number. `doubt` says what a person must decide; a file of
 * one column has commas and begins with its header.
 */
export function guessStructure(lines: FirstLines, wish: StructureWish): Structure {
  const separators = wish.delimiter === null ? lines.separators : [wish.delimiter];
  const shapes = separators.flatMap((delimiter) => shapeOf(lines, delimiter, wish.skipLines) ?? []);
  const plain = { line: wish.skipLines ?? 0, delimiter: separators[0] ?? ',', doubt: null };
  const certain = shapes
    .filter(({ line }) => line !== null)
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || b.width - a.width);
  const [first, second] = certain;
  if (first === undefined) {
    const [widest] = shapes.sort((a, b) => b.width - a.width);
    return widest === undefined ? plain : { ...plain, delimiter: widest.delimiter, doubt: noHeader(widest) };
  }
  const isTie = lines.declared === null && second?.line === first.line && second?.width === first.width;
  return {
    line: first.line ?? 0,
    delimiter: first.delimiter,
    doubt: isTie ? twoSeparators(first, second) : null,
  };
}

function shapeOf(lines: FirstLines, delimiter: Delimiter, skipLines: number | null): Shape | null {
  const all = lines.records(delimiter);
  const records = skipLines === null ? all : all.filter(({ line }) => line >= skipLines);
  const width = mostFrequent(records.map(({ fields }) => fields).filter((fields) => fields > 1));
  if (width === 0) return null;
  const head = records.findIndex(
    ({ line, fields }) => fields === width && (skipLines !== null || isFilled(lines.names(line, delimiter))),
  );
  if (head < 0) return null;
  const under = records.slice(head + 1);
  if (under.filter(({ fields }) => fields === width).length < ALIKE * under.length) return null;
  const line = records[head]?.line ?? 0;
  const isHeader = head === 0 || isNamed(lines.names(line, delimiter));
  return { delimiter, width, line: isHeader ? line : null };
}

/** A title that a spreadsheet has written has one text and many empty fields. */
function isFilled(names: readonly string[] | null): boolean {
  return names !== null && names.filter((name) => name !== '').length * 2 > names.length;
}

function isNamed(names: readonly string[] | null): boolean {
  if (names === null || new Set(names).size < names.length) return false;
  return names.every((name) => name !== '' && !isNumberLike(name));
}

/** The most frequent number, of several the greatest; 0 where there is none. */
function mostFrequent(numbers: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return [...counts].reduce((a, b) => (b[1] > a[1] || (b[1] === a[1] && b[0] > a[0]) ? b : a), [0, 0])[0];
}

function noHeader({ delimiter, width }: Shape): string {
  return (
    `no line of it can be told to be the header: most lines have ${width} fields between ${separatorName(delimiter)}, ` +
    'and none above them names so many. Say how many lines stand above the header with --skip-lines N'
  );
}

function twoSeparators(first: Shape, second: Shape): string {
  const [one, other] = [separatorName(first.delimiter), separatorName(second.delimiter)];
  return (
    `its fields may be separated by ${one} or by ${other}, and both give ${first.width} columns. Say which with ` +
    '--delimiter'
  );
}

/** Whether a text has digits and no letters. */
function isNumberLike(text: string): boolean {
  return /\d/.test(text) && !/\p{L}/u.test(text);
}
