/** Builds the command once before the end-to-end tests, where what is built is older than its sources. */
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { COMMAND, OTHER_COMMAND } from './command.ts';

const INPUTS = ['src', 'package.json', 'scripts/compile-drawing.ts', 'tsdown.config.ts'];

/** Vitest calls it before the first test of the project. */
export default function setup(): void {
  if (OTHER_COMMAND !== null || isFresh()) return;
  execFileSync('npx', ['tsdown', '--logLevel', 'warn'], { stdio: 'inherit' });
}

function isFresh(): boolean {
  const built = statSync(COMMAND, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return INPUTS.flatMap(filesBelow).every((path) => statSync(path).mtimeMs < built);
}

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => /\.[a-z]+$/.test(name) && !name.endsWith('.test.ts'))
    .map((name) => join(path, name));
}
