/**
 * Measures the house: how many files and lines, how long files and functions are, and how many members the widest
 * interfaces have. `npm run house`, or `npm run house -- DIR` for another checkout.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** Interfaces and classes whose width says how much a part must know of another. */
const WIDE = ['Store', 'Resources', 'ServerDeps', 'App', 'Engine', 'Table'];

export interface HouseMeasures {
  readonly files: number;
  readonly lines: number;
  readonly functions: number;
  /** Lines of a file and of a function: half are shorter, nine in ten, ninety-nine in a hundred, and the longest. */
  readonly fileLines: Percentiles;
  readonly functionLines: Percentiles;
  /** Members by name, with those that they extend by name; of names that are declared twice the widest. */
  readonly members: ReadonlyMap<string, number>;
  readonly longest: readonly (readonly [path: string, lines: number])[];
}

type Percentiles = readonly [p50: number, p90: number, p99: number, most: number];

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'assembly' ? [] : sources(path);
    return /\.tsx?$/.test(name) && !/\.(test|generated)\.tsx?$/.test(name) ? [path] : [];
  });
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return [at(0.5), at(0.9), at(0.99), sorted.at(-1) ?? 0];
}

/** Measures these files, given as path and text. */
export function measureHouse(files: ReadonlyMap<string, string>): HouseMeasures {
  const functionLines: number[] = [];
  const fileLines: [string, number][] = [];
  const own = new Map<string, { readonly count: number; readonly bases: readonly string[] }>();
  for (const [path, text] of files) {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const lineOf = (place: number) => file.getLineAndCharacterOfPosition(place).line;
    fileLines.push([path, text === '' ? 0 : lineOf(text.trimEnd().length) + 1]);
    const visit = (node: ts.Node): void => {
      if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined)
        functionLines.push(lineOf(node.end) - lineOf(node.getStart(file)) + 1);
      if ((ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) && node.name !== undefined) {
        const { text: name } = node.name;
        const bases = (node.heritageClauses ?? []).flatMap(({ types }) =>
          types.map(({ expression }) => expression.getText(file)),
        );
        const before = own.get(name);
        if (before === undefined || node.members.length > before.count)
          own.set(name, { count: node.members.length, bases });
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  const members = new Map([...own.keys()].map((name) => [name, countMembers(own, name)]));
  return {
    files: files.size,
    lines: fileLines.reduce((sum, [, lines]) => sum + lines, 0),
    functions: functionLines.length,
    fileLines: percentiles(fileLines.map(([, lines]) => lines)),
    functionLines: percentiles(functionLines),
    members,
    longest: fileLines.sort(([, a], [, b]) => b - a).slice(0, 5),
  };
}

/** Its own members and those of what it extends, each base once. */
function countMembers(
  own: ReadonlyMap<string, { readonly count: number; readonly bases: readonly string[] }>,
  name: string,
  seen = new Set<string>(),
): number {
  const found = own.get(name);
  if (found === undefined || seen.has(name)) return 0;
  seen.add(name);
  return found.bases.reduce((sum, base) => sum + countMembers(own, base, seen), found.count);
}

function render({
  files,
  lines,
  functions,
  fileLines,
  functionLines,
  members,
  longest,
}: HouseMeasures): string {
  const wide = WIDE.flatMap((name) => {
    const count = members.get(name);
    return count === undefined ? [] : [`${name} ${count}`];
  });
  return [
    `files ${files}, lines ${lines}, functions ${functions}`,
    `lines of a file: half below ${fileLines[0]}, 90 % below ${fileLines[1]}, 99 % below ${fileLines[2]}, longest ${fileLines[3]}`,
    `lines of a function: half below ${functionLines[0]}, 90 % below ${functionLines[1]}, 99 % below ${functionLines[2]}, longest ${functionLines[3]}`,
    `members: ${wide.join(', ')}`,
    ...longest.map(([path, count]) => `${String(count).padStart(5)} ${path}`),
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'));
  const paths = [...sources(join(root, 'src')), ...sources(join(root, 'web', 'src'))];
  const texts = paths.map((path) => [path.slice(root.length + 1), readFileSync(path, 'utf8')] as const);
  console.log(render(measureHouse(new Map(texts))));
}
