/** Lists the data files of a folder, in an order that is the same everywhere. */
import { accessSync, constants, type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { asTidewatchError, isErrno, isMachineFailure, TidewatchError } from '../base/errors.ts';
import { irregularity } from '../base/regular-file.ts';
import { DATA_ENDINGS, DATA_ENDINGS_TEXT, isDataName } from './data-endings.ts';
import { isOutcomeFile } from './outcome-file.ts';

/** Hidden files, and the locks that Excel lays beside a file that is open in it. */
const PASSED_OVER = /^(?:\.|~\$)/;
const UNFINISHED = /\.(?:part|tmp|crdownload|filepart)$/i;

export interface InputListing {
  /** Names of the data files, by the order of their UTF-8 bytes; those of outcomes come after all others. */
  readonly names: readonly string[];
  /** Names of files that are still being written, as their ending says. */
  readonly unfinished: readonly string[];
  /** What has the name of a data file and is none, or a link that leads out of where data may be. */
  readonly refused: readonly NamedReason[];
  /** What is no data by its name: files of other endings, and folders. */
  readonly ignored: readonly NamedReason[];
}

interface NamedReason {
  readonly name: string;
  readonly reason: string;
}

/**
 * Lists a folder; hidden files and locks of Excel (`~$clients.csv`) are passed over. A link may lead to a file in the
 * folder or `within` another one, the workspace.
 * @throws TidewatchError input-empty where the folder is absent or has no data file.
 */
export function listInputFolder(folder: string, within: string): InputListing {
  const listing = lookIntoFolder(folder, within);
  const { names, unfinished, refused, ignored } = listing;
  if (names.length + refused.length > 0) return listing;
  const others = [...unfinished, ...ignored.map(({ name }) => name)];
  const held = others.length === 0 ? 'the folder is empty' : `it holds only ${others.slice(0, 5).join(', ')}`;
  throw new TidewatchError(
    'input-empty',
    `${folder} has no data file: ${held}. Put files there that end in ${DATA_ENDINGS_TEXT}.`,
    { details: { folder, endings: DATA_ENDINGS } },
  );
}

/** As `listInputFolder`, of a folder that may have no data file. */
export function lookIntoFolder(folder: string, within: string): InputListing {
  const entries = readFolder(folder).filter(({ name }) => !PASSED_OVER.test(name));
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const unfinished = names.filter((name) => UNFINISHED.test(name));
  const data = names.filter(isDataName);
  data.sort((a, b) => Number(isOutcomeFile(a)) - Number(isOutcomeFile(b)) || byBytes(a, b));
  const reasons = new Map(data.map((name) => [name, whyUnreadable(join(folder, name), within)]));
  const ignored = entries.flatMap((entry) => {
    if (entry.isDirectory()) return [{ name: entry.name, reason: IS_FOLDER }];
    const isKnown = UNFINISHED.test(entry.name) || isDataName(entry.name);
    return isKnown ? [] : [{ name: entry.name, reason: otherEnding(entry.name) }];
  });
  return {
    names: data.filter((name) => reasons.get(name) === null),
    unfinished: unfinished.sort(byBytes),
    refused: [...reasons].flatMap(([name, reason]) => (reason === null ? [] : [{ name, reason }])),
    ignored: ignored.sort((a, b) => byBytes(a.name, b.name)),
  };
}

const IS_FOLDER = 'it is a folder, and folders are not looked into; put its files beside it';

/** Endings that tables of texts have as well. */
const PERHAPS_TEXT = /\.(?:txt|dat|asc|data|text)(?:\.gz)?$/i;

function otherEnding(name: string): string {
  const ending = /\.[^.]+$/.exec(name)?.[0] ?? null;
  const what = ending === null ? 'its name has no ending' : `files that end in ${ending} are not read`;
  if (/\.xls$/i.test(name)) return `${what}; open it in Excel and save it as "Excel Workbook (.xlsx)"`;
  if (/\.(?:zip|7z|rar|tar|tgz|bz2|xz|zst)$/i.test(name)) return `${what}; unpack it, or pack it with gzip`;
  const bare = name.replace(PERHAPS_TEXT, '');
  if (ending === null || bare !== name) return `${what}; if it is a table, rename it to ${bare}.csv`;
  return `${what}; if it is a table, save it as one that ends in ${DATA_ENDINGS_TEXT}`;
}

/** Why a file of data cannot be opened; null where it can. */
function whyUnreadable(path: string, within: string): string | null {
  const reason = irregularity(path, within);
  if (reason !== null) return reason;
  try {
    accessSync(path, constants.R_OK);
    return null;
  } catch (error) {
    const isClosed = isErrno(error) && (error.code === 'EACCES' || error.code === 'EPERM');
    return isClosed ? 'this user may not read it; let it be read (chmod +r), or take it out of there' : null;
  }
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

function readFolder(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
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
