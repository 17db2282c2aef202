/** The rows that were not accepted: shown a page at a time, and put back into the input folder when mended. */

import { createHash } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitFile, temporaryName } from '../../base/atomic-file.ts';
import { asTidewatchError, TidewatchError } from '../../base/errors.ts';
import { nearestNames } from '../../base/nearest.ts';
import { trimEndOf } from '../../base/trim-end.ts';
import { EVENTS_FOLDER } from '../../formats/contract/computed-columns.ts';
import { eventsContractOf, filedContract } from '../../formats/contract/contract.ts';
import type { TableContract } from '../../formats/contract/table-contract.ts';
import { hasObjects } from '../../formats/data-endings.ts';
import { hasCells, isOwnFile } from '../../formats/own-file.ts';
import { QUARANTINE_FOLDER } from '../../formats/quarantine/quarantine-file.ts';
import {
  countQuarantine,
  type QuarantinedRow,
  quarantinedFiles,
  readQuarantine,
} from '../../formats/quarantine/quarantine-page.ts';
import type { Resources, WithData, WithWorkspace } from '../resources.ts';

export interface QuarantineQuery {
  /** Input file; absent: the first one with a quarantine. */
  readonly file?: string | undefined;
  readonly limit: number;
  /** 0, or the `next` of a page. */
  readonly after: number;
}

export interface QuarantineAnswer {
  readonly files: readonly { readonly name: string; readonly rows: number; readonly bytes: number }[];
  readonly file: string | null;
  readonly header: string;
  readonly rows: readonly (QuarantinedRow & {
    readonly truncated: boolean;
    /** The input file that it was put into; null: it was not. */
    readonly readmitted: string | null;
  })[];
  readonly next: number | null;
}

export interface ReadmitRequest {
  readonly file: string;
  /** `text`: the line as it should have been; absent: as it is. */
  readonly rows: readonly { readonly line: number; readonly text?: string | undefined }[];
}

export interface ReadmitSummary {
  /** Name of the new input file; null: nothing was left to re-admit. */
  readonly file: string | null;
  readonly readmitted: number;
  readonly skipped: readonly { readonly line: number; readonly reason: string }[];
}

const MAX_CHARACTERS = 20_000;
const PAGE = 500;

/** One page of the quarantine of a file. Error `not-found` for a file that has none. */
export async function showQuarantine(
  resources: Pick<Resources, 'workspace' | 'contract' | 'store'>,
  { file, limit, after }: QuarantineQuery,
): Promise<QuarantineAnswer> {
  const files: { name: string; rows: number; bytes: number }[] = [];
  // Counted from what is there: a run that was refused has written it, and has recorded no ingestion.
  for (const { folder, name, told, bytes } of allQuarantined(resources)) {
    files.push({ name: told, rows: await countQuarantine(folder, name), bytes });
  }
  const name = file ?? files[0]?.name ?? null;
  if (name === null) return { files, file: null, header: '', rows: [], next: null };
  const place = placeOf(resources, name);
  const page = readQuarantine(place.folder, place.name, { limit, after });
  const known = await readmittedRows(resources, name);
  const rows = page.rows.map((row) => ({
    ...row,
    raw: row.raw.slice(0, MAX_CHARACTERS),
    truncated: row.raw.length > MAX_CHARACTERS,
    readmitted: known.get(keyOf(row)) ?? null,
  }));
  return { files, file: name, header: page.header, rows, next: page.next };
}

/**
 * Puts rows of the quarantine into a new file of the input folder, which the next run reads as any other. It is held
 * against the configuration first, and refused whole (`value-invalid`, nothing is written) where a row would be
 * quarantined again, or has bytes that are not UTF-8 and no `text`. A row is left out where the file that it was put
 * into is there. For use under the run's lock. Error `not-found` for a file that has no quarantine or a line that is
 * not in it; `request-invalid` where a line is named with two texts.
 */
export async function readmit(resources: WithData, request: ReadmitRequest): Promise<ReadmitSummary> {
  const place = placeOf(resources, request.file);
  const wanted = wantedLines(request);
  const { header, rows } = findRows(place, request.file, wanted);
  const known = await readmittedRows(resources, request.file);
  const fresh = rows.filter((row) => !known.has(keyOf(row)));
  const skipped = rows
    .filter((row) => known.has(keyOf(row)))
    .map((row) => ({ line: row.line, reason: `It is in ${known.get(keyOf(row))} already.` }));
  if (fresh.length === 0) return { file: null, readmitted: 0, skipped };
  const lines = fresh.map((row) => lineOf(wanted.get(row.line) ?? decodedRaw(request.file, row)));
  const mark = hasCells(request.file) ? '' : markFor(resources.contract);
  const head = hasObjects(request.file) ? [] : [`${mark}${header}`];
  const text = [...head, ...lines].map((line) => `${line}\n`).join('');
  const file = readmittedName(request.file, fresh, text);
  const createdAt = resources.clock.now().toISOString();
  const records = fresh.map((row) => ({
    ...{ name: request.file, line: row.line, sha256: hashOf(row.raw), createdAt, file },
  }));
  await writeInput(resources, place, { name: file, text, rows: lines.length }, async () =>
    (await resources.store()).recordReadmissions(records),
  );
  return { file, readmitted: fresh.length, skipped };
}

/** What is written is UTF-8; where the configuration says that files are in another encoding, a mark says so. */
function markFor({ reading }: TableContract): string {
  return (reading?.encoding ?? 'utf-8') === 'utf-8' ? '' : '\uFEFF';
}

/** Where rows of an input file are. */
interface Place {
  /** Absolute path of the folder with the quarantine, and of the one that rows are put back into. */
  readonly folder: string;
  readonly input: string;
  readonly contract: TableContract;
}

function clientsPlace({ workspace: { paths }, contract }: WithWorkspace): Place {
  return {
    folder: join(paths.output, QUARANTINE_FOLDER),
    input: paths.input,
    contract: filedContract(contract),
  };
}

/** null: there are no events. */
function eventsPlace({ workspace: { config, paths } }: Pick<Resources, 'workspace'>): Place | null {
  const contract = eventsContractOf(config);
  if (contract === null || paths.events === null) return null;
  return { folder: join(paths.output, EVENTS_FOLDER, QUARANTINE_FOLDER), input: paths.events, contract };
}

/** Files of events are told apart from those of clients by this before their name. */
const OF_EVENTS = `${EVENTS_FOLDER}/`;

/** Every file with a quarantine, with its place and the name that it is told by. */
function allQuarantined(resources: WithWorkspace) {
  const [clients, events] = [clientsPlace(resources), eventsPlace(resources)];
  const of = (place: Place, before: string) =>
    quarantinedFiles(place.folder).map(({ name, bytes }) => ({
      ...place,
      name,
      bytes,
      told: `${before}${name}`,
    }));
  return [...of(clients, ''), ...(events === null ? [] : of(events, OF_EVENTS))];
}

/** The place of a file and its name there. Only names that the folders themselves list are taken. */
function placeOf(resources: WithWorkspace, file: string): Place & { readonly name: string } {
  const known = allQuarantined(resources);
  const found = known.find(({ told }) => told === file);
  if (found !== undefined) return found;
  const names = known.map(({ told }) => told);
  const near = nearestNames(file, names, 3);
  throw new TidewatchError(
    'not-found',
    `No row of a file "${file.slice(0, 200)}" is in quarantine.${near.length === 0 ? '' : ` Near it: ${near.join(', ')}.`}`,
    { details: { file, nearest: near } },
  );
}

/** The text of each line, undefined where it is to be taken as it is. */
function wantedLines({ rows }: ReadmitRequest): ReadonlyMap<number, string | undefined> {
  const wanted = new Map<number, string | undefined>();
  for (const { line, text } of rows) {
    if (wanted.has(line) && wanted.get(line) !== text) {
      throw new TidewatchError(
        'request-invalid',
        `Line ${line} is named twice, with two texts, so nothing was re-admitted. Name it once.`,
        { details: { line } },
      );
    }
    wanted.set(line, text);
  }
  return wanted;
}

function findRows(
  { folder, name }: Place & { readonly name: string },
  file: string,
  wanted: ReadonlyMap<number, unknown>,
): { readonly header: string; readonly rows: readonly QuarantinedRow[] } {
  const rows: QuarantinedRow[] = [];
  let header = '';
  for (let after: number | null = 0; after !== null && rows.length < wanted.size; ) {
    const page = readQuarantine(folder, name, { limit: PAGE, after });
    header = page.header;
    rows.push(...page.rows.filter(({ line }) => wanted.has(line)));
    after = page.next;
  }
  const absent = [...wanted.keys()].filter((line) => !rows.some((row) => row.line === line));
  if (absent.length === 0) return { header, rows };
  throw new TidewatchError(
    'not-found',
    `Line ${absent.slice(0, 10).join(', ')} of ${file} is not in quarantine. Nothing was re-admitted.`,
    { details: { file, lines: absent } },
  );
}

/**
 * Which rows of a file were re-admitted, and into which file. Each is recorded before its file has a name, so only
 * those count whose file is there: of the others the call was killed in between, or somebody has removed the file.
 */
async function readmittedRows(
  resources: Pick<Resources, 'workspace' | 'contract' | 'store'>,
  file: string,
): Promise<ReadonlyMap<string, string>> {
  const { input } = file.startsWith(OF_EVENTS)
    ? (eventsPlace(resources) ?? clientsPlace(resources))
    : clientsPlace(resources);
  const records = await (await resources.store()).readmissions(file);
  return new Map(
    records
      .filter((each) => existsSync(join(input, each.file)))
      .map((each) => [`${each.line}/${each.sha256}`, each.file]),
  );
}

/** The same line of a file that has changed since is another row. */
function keyOf({ line, raw }: QuarantinedRow): string {
  return `${line}/${hashOf(raw)}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What stands in place of bytes that are not UTF-8 would go into the data as if it had been there. */
function decodedRaw(file: string, { line, raw }: QuarantinedRow): string {
  if (!raw.includes('\uFFFD')) return raw;
  throw new TidewatchError(
    'value-invalid',
    `Line ${line} of ${file} has bytes that are not UTF-8, so nothing was re-admitted. Give the line as it should ` +
      'read, as its text.',
    { details: { file, line } },
  );
}

export function lineOf(text: string): string {
  return trimEndOf(text, '\r\n');
}

/** The same for the same rows with the same text, so that to put them in twice is to put them in once. */
function readmittedName(origin: string, rows: readonly QuarantinedRow[], text: string): string {
  const key = hashOf([origin, ...rows.map(keyOf), text].join('\n'));
  const kind = isOwnFile(origin) ? '-typed' : hasCells(origin) ? '-cells' : '';
  return `readmitted-${key.slice(0, 16)}${hasObjects(origin) ? '.ndjson' : `${kind}.csv`}`;
}

/** Writes an input file if its rows are acceptable. `record` is awaited just before it has its name. */
async function writeInput(
  resources: Pick<Resources, 'engine'>,
  { input, contract }: Place,
  file: { readonly name: string; readonly text: string; readonly rows: number },
  record: () => Promise<void>,
): Promise<void> {
  const path = join(input, file.name);
  const temporary = temporaryName(path);
  try {
    writeFileSync(temporary, file.text);
    await checkRows(resources, contract, temporary, file.rows);
    await record();
    commitFile(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

async function checkRows(
  resources: Pick<Resources, 'engine'>,
  contract: TableContract,
  path: string,
  expected: number,
): Promise<void> {
  const labels = contract.labels === 'optional' ? 'optional' : 'required';
  try {
    const table = await (await resources.engine()).open({ kind: 'files', paths: [path], contract, labels });
    const { rows } = table;
    await table.close();
    if (rows === expected) return;
    throw new TidewatchError('value-invalid', `${expected} rows were given, but they read as ${rows}.`);
  } catch (cause) {
    const { code, message, details } = asTidewatchError(cause);
    if (code !== 'value-invalid' && code !== 'input-unreadable' && code !== 'column-missing') throw cause;
    throw new TidewatchError(
      'value-invalid',
      `The rows would be quarantined again, so nothing was re-admitted: ${message.replaceAll(path, 'the new file')}`,
      { details, cause },
    );
  }
}
