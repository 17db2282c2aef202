/** Lists the data files of a folder, in an order that is the same everywhere. */
import { readdirSync } from 'node:fs';
import { asTidewatchError, isErrno, isMachineFailure, TidewatchError } from '../../base/errors.ts';
import { isOutcomeFile } from './outcome-file.ts';

/** Endings of the files that are read. */
export const DATA_ENDINGS = [
  '.csv',
  '.csv.gz',
  '.ndjson',
  '.ndjson.gz',
  '.jsonl',
  '.jsonl.gz',
  '.parquet',
] as const;
const UNFINISHED = /\.(?:part|tmp|crdownload|filepart)$/i;

export interface InputListing {
  /** Names of the data files, by the order of their UTF-8 bytes; those of outcomes come after all others. */
  readonly names: readonly string[];
  /** Names of files that are still being written, as their ending says. */
  readonly unfinished: readonly string[];
}

/**
 * Lists a folder. Hidden files, folders and files of other endings are not data.
 * @throws TidewatchError input-empty where the folder is absent or has no data file.
 */
export function listInputFolder(folder: string): InputListing {
  const names = readFolder(folder).filter((name) => !name.startsWith('.'));
  const unfinished = names.filter((name) => UNFINISHED.test(name));
  const data = names.filter((name) => DATA_ENDINGS.some((ending) => name.toLowerCase().endsWith(ending)));
  if (data.length === 0) {
    const others =
      names.length === 0 ? 'the folder is empty' : `it holds only ${names.slice(0, 5).join(', ')}`;
    throw new TidewatchError(
      'input-empty',
      `${folder} has no data file: ${others}. Put files there that end in ${DATA_ENDINGS.join(', ')}.`,
      { details: { folder, endings: DATA_ENDINGS } },
    );
  }
  data.sort((a, b) => Number(isOutcomeFile(a)) - Number(isOutcomeFile(b)) || byBytes(a, b));
  return { names: data, unfinished: unfinished.sort(byBytes) };
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => entry.name);
  } catch (cause) {
    const isNoFolder = isErrno(cause) && ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(cause.code ?? '');
    if (!isNoFolder && isMachineFailure(cause)) throw asTidewatchError(cause);
    throw new TidewatchError(
      'input-empty',
      `${folder} cannot be listed: ${cause instanceof Error ? cause.message : String(cause)}. Make the folder, or name another in config.json.`,
      { details: { folder }, cause },
    );
  }
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
