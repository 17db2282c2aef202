/** Tells files of one JSON object a line by their names. */

/** Also under the name that such a file has while it is written (src/base/atomic-file.ts). */
const NDJSON = /\.(?:ndjson|jsonl)(?:\.gz)?(?:\.[\w-]+\.[0-9a-f]{8}\.part)?$/i;

/** Whether the name of a file says that it has one JSON object a line. */
export function isNdjson(path: string): boolean {
  return NDJSON.test(path);
}
