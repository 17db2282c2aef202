/** Kept rows in output_folder_path, a file for what was written at once; it is named by the hash of its content. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import type { KeptColumns, KeptReading, KeptRows } from '../port.ts';
import { type KeptFile, openKeptFile, renderKept } from './kept-file.ts';
import { lookUp, placeAtOrBefore } from './look-up.ts';

/** Inside the output folder. */
export const KEPT_FOLDER = 'kept';

const ENDING = '.rows';
const REFERENCE = /^[0-9a-f]{64}$/;

/** The kept rows of a workspace. `output`: absolute path of output_folder_path. */
export function createKeptRows(output: string): KeptRows {
  const folder = join(output, KEPT_FOLDER);
  return {
    write: async (columns) => {
      const { reference, bytes } = renderKept(columns);
      // Also where it is there already: then it is new again, and whole.
      writeFileAtomic(pathOf(folder, reference), bytes);
      return reference;
    },
    read: async (reference) => reading(folder, reference, readAll),
    lookup: async (reference, keys) => reading(folder, reference, (file) => lookUpIn(file, keys)),
    remove: async (references) => {
      for (const reference of references) rmSync(pathOf(folder, reference), { force: true });
    },
    list: async () =>
      keptReferences(output).map((reference) => ({
        reference,
        writtenAt: statSync(pathOf(folder, reference)).mtime,
      })),
  };
}

/** References of the files in the output folder, whole or not. */
export function keptReferences(output: string): readonly string[] {
  const folder = join(output, KEPT_FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => name.slice(0, -ENDING.length))
    .filter((name) => REFERENCE.test(name));
}

function pathOf(folder: string, reference: string): string {
  return join(folder, `${reference}${ENDING}`);
}

/** What `body` reads; it gives null where the file is damaged. */
function reading<T>(folder: string, reference: string, body: (file: KeptFile) => T | null): KeptReading<T> {
  const path = pathOf(folder, reference);
  if (!REFERENCE.test(reference) || !existsSync(path))
    return { kind: 'absent', reason: `${path} is not there` };
  const file = openKeptFile(path, reference);
  try {
    const value = file === null ? null : body(file);
    return value === null ? { kind: 'absent', reason: `${path} is damaged` } : { kind: 'found', value };
  } finally {
    file?.close();
  }
}

function readAll(file: KeptFile): KeptColumns | null {
  const keys = new BigUint64Array(file.rows);
  const probabilities = file.hasProbabilities ? new Float64Array(file.rows) : null;
  let at = 0;
  for (let block = 0; block < file.firstKeys.length; block++) {
    const part = file.readBlock(block);
    if (part === null) return null;
    keys.set(part.keys, at);
    if (part.probabilities !== null) probabilities?.set(part.probabilities, at);
    at += part.keys.length;
  }
  return { keys, probabilities };
}

function lookUpIn(file: KeptFile, keys: BigUint64Array): Float64Array | null {
  if (!file.ordered)
    throw new RangeError('Only rows that were written in the order of their keys can be looked up.');
  const places = new Map<number, number[]>();
  keys.forEach((key, place) => {
    const block = placeAtOrBefore(file.firstKeys, key);
    const asked = places.get(block);
    if (asked === undefined) places.set(block, [place]);
    else asked.push(place);
  });
  const found = new Float64Array(keys.length).fill(Number.NaN);
  places.delete(-1);
  for (const [block, asked] of places) {
    const rows = file.readBlock(block);
    if (rows === null) return null;
    for (const place of asked) found[place] = lookUp(rows, keys[place] as bigint);
  }
  return found;
}
