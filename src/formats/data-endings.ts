/** The kinds of files that rows are read from, told by the endings of their names. */

/** Endings of the files that are read, each kind with what packs it. The one list: texts that name endings are made of it. */
export const DATA_ENDINGS = [
  '.csv',
  '.csv.gz',
  '.tsv',
  '.tsv.gz',
  '.tab',
  '.tab.gz',
  '.ndjson',
  '.ndjson.gz',
  '.jsonl',
  '.jsonl.gz',
  '.json',
  '.json.gz',
  '.xlsx',
  '.xlsm',
  '.parquet',
] as const;

const PACKED: readonly string[] = DATA_ENDINGS.filter((ending) => ending.endsWith('.gz'));
const PLAIN: readonly string[] = DATA_ENDINGS.filter((ending) => !ending.endsWith('.gz'));

/** The same for a sentence, gzip said once. */
export const DATA_ENDINGS_TEXT = [
  `${PLAIN.filter((ending) => PACKED.includes(`${ending}.gz`)).join(', ')} (each also .gz)`,
  ...PLAIN.filter((ending) => !PACKED.includes(`${ending}.gz`)),
].join(', ');

/** A name as it is once the file is whole: a file that is being written has more behind it (src/base/atomic-file.ts). */
const WRITING = /\.[\w-]+\.[0-9a-f]{8}\.part$/i;

/** Whether the name of a file is one of data. */
export function isDataName(name: string): boolean {
  const lower = name.toLowerCase();
  return DATA_ENDINGS.some((ending) => lower.endsWith(ending));
}

/** Whether the name says that it is an Excel workbook. */
export function isWorkbook(path: string): boolean {
  return /\.xls[xm]$/i.test(path.replace(WRITING, ''));
}

/** Whether the name says that it is Parquet. */
export function isParquet(path: string): boolean {
  return /\.parquet$/i.test(path);
}

/** Whether the name says that it holds an array of JSON objects. */
export function isJsonArray(path: string): boolean {
  return /\.json(?:\.gz)?$/i.test(path.replace(WRITING, ''));
}

/** Whether the rows of a file of this name are JSON objects: one a line, or the elements of an array. */
export function hasObjects(path: string): boolean {
  return /\.(?:ndjson|jsonl|json)(?:\.gz)?$/i.test(path.replace(WRITING, ''));
}
