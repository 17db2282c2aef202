/** Lists the data files of a folder, in an order that is the same everywhere. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { asTidewatchError, isErrno, isMachineFailure, TidewatchError } from '../../base/errors.ts';
import { irregularity } from '../../base/regular-file.ts';
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
/** Hidden files, and the locks that Excel lays beside a file that is open in it. */
const PASSED_OVER = /^(?:\.|~\$)/;
const UNFINISHED = /\.(?:part|tmp|crdownload|filepart)$/i;

export interface InputListing {
  /** Names of the data files, by the order of their UTF-8 bytes; those of outcomes come after all others. */
  readonly names: readonly string[];
  /** Names of files that are still being written, as their ending says. */
  readonly unfinished: readonly string[];
  /** What has the name of a data file and is none, or a link that leads out of where data may be. */
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * Lists a folder. Hidden files, locks of Excel (`~$clients.csv`), folders and files of other endings are not data. A link may lead to a file in the
 * folder or `within` another one, the workspace.
 * @throws TidewatchError input-empty where the folder is absent or has no data file.
 */
export function listInputFolder(folder: string, within: string): InputListing {
  const names = readFolder(folder).filter((name) => !PASSED_OVER.test(name));
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
  const reasons = new Map(data.map((name) => [name, irregularity(join(folder, name), within)]));
  return {
    names: data.filter((name) => reasons.get(name) === null),
    unfinished: unfinished.sort(byBytes),
    refused: [...reasons].flatMap(([name, reason]) => (reason === null ? [] : [{ name, reason }])),
  };
}

/**
 * Absolute paths of the data files of a folder, all of which are to be read. Errors as `listInputFolder`;
 * `input-unreadable` where one of them is refused.
 */
export function listDataFiles(folder: string, within: string): string[] {
  const { names, refused } = listInputFolder(folder, within);
  const [first] = refused;
  if (first === undefined) return names.map((name) => join(folder, name));
  const path = join(folder, first.name);
  throw new TidewatchError(
    'input-unreadable',
    `${path} is not read: ${first.reason}. Or take it out of there.`,
    {
      details: { path, reason: first.reason },
    },
  );
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
