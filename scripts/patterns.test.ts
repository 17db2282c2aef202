import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from 'recheck';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

interface Pattern {
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

/** Every regular expression that is written in the code of the product. */
function patternsOf(folder: string): Pattern[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.') && !name.includes('assembly'))
    .flatMap((name) => patternsIn(join(folder, name)));
}

function patternsIn(path: string): Pattern[] {
  const file = ts.createSourceFile(
    path,
    readFileSync(join(root, path), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: Pattern[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      const end = node.text.lastIndexOf('/');
      found.push({
        place: `${path}:${line}`,
        source: node.text.slice(1, end),
        flags: node.text.slice(end + 1),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/**
 * A pattern that takes the square of the length or worse lets one long cell stop the server. Where the analysis comes
 * to no end within its time it says so, and the pattern passes: a proof is not to be had of each.
 */
it('no regular expression takes more than linear time', { timeout: 300_000 }, async () => {
  const patterns = [...patternsOf('src'), ...patternsOf('web/src')];
  expect(patterns.length).toBeGreaterThan(200);
  const isSlow = async ({ source, flags }: Pattern): Promise<boolean> => {
    // The analysis by automata takes no notice of what must not stand before.
    const checker = source.includes('(?<!') ? 'fuzz' : 'auto';
    return (await check(source, flags, { timeout: 10_000, checker })).status === 'vulnerable';
  };
  const told = await Promise.all(patterns.map(isSlow));
  const slow: string[] = [];
  for (const pattern of patterns.filter((_, k) => told[k])) {
    // Beside others it says so of patterns that it finds safe when it is alone.
    if (await isSlow(pattern)) slow.push(`${pattern.place}: /${pattern.source}/${pattern.flags}`);
  }
  expect(slow).toEqual([]);
});
