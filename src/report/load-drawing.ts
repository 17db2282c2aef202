/** Loads what draws. In the built package it is one script with its compiled code beside it: half of the time of a drawing thread's start. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

export type Drawing = typeof import('./draw.ts');

/** A script that has been run, with what it exports. */
interface Loaded {
  readonly drawing: Drawing;
  /** Whether the compiled code was taken; false too where there is none. */
  readonly compiledAhead: boolean;
  /** The code as it is compiled by now, for `compiledPath`. */
  compiledCode(): Buffer;
}

/** The drawings: of the sources where they are there, else of the built script. */
export async function loadDrawing(): Promise<Drawing> {
  const source = new URL('./draw.ts', import.meta.url);
  // Not named, so that the bundle of the thread does not hold it a second time.
  if (import.meta.url.endsWith('.ts')) return (await import(source.href)) as Drawing;
  return runScript(fileURLToPath(new URL('./drawing.cjs', import.meta.url))).drawing;
}

/** Where the compiled code of a script lies. */
export function compiledPath(path: string): string {
  return `${path}.compiled`;
}

/**
 * Runs the built script at `path`. Compiled code that was made by another version of Node, or for another script, is
 * refused by the engine, and the script compiled as it is run.
 */
export function runScript(path: string): Loaded {
  const compiled = compiledPath(path);
  const cachedData = existsSync(compiled) ? readFileSync(compiled) : undefined;
  const text = `(function (exports, require, module, __filename, __dirname) {${readFileSync(path, 'utf8')}\n})`;
  const script = new Script(text, { filename: path, ...(cachedData === undefined ? {} : { cachedData }) });
  const module: { exports: unknown } = { exports: {} };
  const run = script.runInThisContext() as (...names: unknown[]) => void;
  run(module.exports, createRequire(path), module, path, dirname(path));
  return {
    drawing: module.exports as Drawing,
    compiledAhead: script.cachedDataRejected === false,
    compiledCode: () => script.createCachedData(),
  };
}
