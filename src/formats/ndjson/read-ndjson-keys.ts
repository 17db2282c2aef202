/** Finds the keys that the objects of an NDJSON file have, so that they can be its columns. */
import { readRecordsWith } from '../csv/read-records.ts';
import { openObjects } from './array-source.ts';
import { JsonLineReader } from './json-line-reader.ts';
import { KeyTable } from './key-table.ts';
import { ObjectCount } from './object-count.ts';

/**
 * Keys by first appearance, after those of `known` that the file has, in the order of `known`. Keys that had an object
 * or a list as their value are left out, as no column holds one.
 * @throws FileRefused where there are more keys than a table has columns; errors of the file system and of zlib.
 */
export async function readNdjsonKeys(path: string, known: readonly string[]): Promise<readonly string[]> {
  const keys = new KeyTable([]);
  await readRecordsWith(path, {
    reader: new JsonLineReader(keys, 0),
    count: new ObjectCount(),
    open: openObjects,
    onRecord: () => undefined,
  });
  const found = new Set(keys.others.filter((name) => !keys.nested.has(name)));
  return [...known.filter((name) => found.delete(name)), ...found];
}
