/** Propose for events: looks at the files of events beside those of clients, and says which column is what. */
import { existsSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { TidewatchError } from '../base/errors.ts';
import type { Progress } from '../base/progress.ts';
import { normalizeId } from '../core/clients/client-id.ts';
import { EventsTally } from '../core/propose/events-tally.ts';
import { type EventsProposal, proposeEvents as proposeColumns } from '../core/propose/propose-events.ts';
import { compileDateFormat } from '../core/values/date-format.ts';
import { type NumberStyle, numberReader } from '../core/values/number-style.ts';
import { readNumberText } from '../core/values/plain-number.ts';
import type { TableContract } from '../formats/contract/table-contract.ts';
import { FileRefused } from '../formats/csv/file-refused.ts';
import { fieldText } from '../formats/csv/header.ts';
import { typedNumberText } from '../formats/csv/number-text.ts';
import { TYPED } from '../formats/csv/record-reader.ts';
import { parseTimeText } from '../formats/csv/time-text.ts';
import { hasObjects, isParquet } from '../formats/data-endings.ts';
import { listDataFiles } from '../formats/input-folder.ts';
import { readNdjsonKeys } from '../formats/ndjson/read-ndjson-keys.ts';
import { readTable } from '../formats/read-table.ts';

export interface ProposeEventsOptions {
  /** CSV or NDJSON files of events, or folders of them. */
  readonly paths: readonly string[];
  /** Absolute paths of the files of clients. */
  readonly clients: readonly string[];
  /** Columns of the clients: their id, the time of a row, and all names that are taken. */
  readonly id: string | null;
  readonly time: string | null;
  readonly names: readonly string[];
  /** How the clients' time is written; null: in ISO 8601. */
  readonly timeFormat: string | null;
  /** How numbers are written in all files, without units. */
  readonly style: NumberStyle;
  readonly progress: Progress;
}

export interface EventsFileProposal extends EventsProposal {
  /** The files read, in order: absolute path and hex SHA-256. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

/** Clients that are remembered to find the column with their ids. */
const MAX_CLIENTS = 200_000;
/** Times of rows that are remembered to find the middle one. */
const MAX_TIMES = 100_000;

/**
 * Reads the files of clients and of events once each. Nothing is written. Errors: `usage` where the clients have no id or no
 * time; not-found, input-empty, input-unreadable with the file; those of `proposeEvents` in core.
 */
export async function proposeEvents(options: ProposeEventsOptions): Promise<EventsFileProposal> {
  const { id, time, names } = options;
  if (id === null || time === null) {
    throw new TidewatchError(
      'usage',
      'Events count up to the time of each row of a client, so both have to be known: name them with --id COLUMN and ' +
        '--time COLUMN.',
    );
  }
  const readTime = options.timeFormat === null ? null : compileDateFormat(options.timeFormat).read;
  const momentOf = (text: string) => parseTimeText(readTime?.(text) ?? text);
  const ids = new Set<string>();
  const times: number[] = [];
  for (const path of options.clients) {
    await readRows(path, [], options.progress, (columns) => {
      const [idAt, timeAt] = [columns.indexOf(id), columns.indexOf(time)];
      return (fields) => {
        if (ids.size < MAX_CLIENTS) ids.add(normalizeId(fields[idAt] ?? ''));
        const moment = times.length < MAX_TIMES ? momentOf((fields[timeAt] ?? '').trim()) : Number.NaN;
        if (!Number.isNaN(moment)) times.push(moment);
      };
    });
  }
  ids.delete('');
  const readStyled = numberReader(options.style);
  // Numbers of JSON have a point, whatever the style.
  const parseNumber = (text: string): number => {
    const number = readStyled(text);
    return Number.isNaN(number) ? readNumberText(text) : number;
  };
  const rules = { parseNumber, parseTime: parseTimeText, clients: ids, spell: normalizeId };
  const tallies: EventsTally[] = [];
  const files: { path: string; sha256: string }[] = [];
  for (const path of findFiles(options.paths)) {
    const sha256 = await readRows(
      path,
      tallies[0]?.columns.map(({ name }) => name) ?? [],
      options.progress,
      (columns) => {
        const into = tallies[0] ?? new EventsTally(columns, rules);
        tallies[0] = into;
        const places = into.columns.map(({ name }) => columns.indexOf(name));
        return (fields) => into.add(places.map((place) => fields[place] ?? ''));
      },
    );
    files.push({ path, sha256 });
  }
  const medianTime = times.sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
  const proposal = proposeColumns(tallies[0] ?? new EventsTally([], rules), { id, names, medianTime });
  return { ...proposal, files };
}

/** Gives each sound row of a file, as a text a column; resolves to the hash of the file. `known`: columns of files before. */
async function readRows(
  path: string,
  known: readonly string[],
  progress: Progress,
  begin: (columns: readonly string[]) => (fields: readonly string[]) => void,
): Promise<string> {
  const names = hasObjects(path) ? await readNdjsonKeys(path, known) : null;
  const contract: TableContract = {
    columns: (names ?? []).map((name) => ({ name, role: 'categorical' })),
    ...{ positive: '1', negative: '0', missingTexts: [] },
  };
  const total = statSync(path).size;
  let add: (fields: readonly string[]) => void = () => {};
  let width = 0;
  try {
    const { sha256 } = await readTable(path, {
      contract,
      targetOptional: true,
      onHeader: ({ extraColumns }) => {
        const columns = names ?? extraColumns;
        width = columns.length;
        add = begin(columns);
      },
      onRow: (bytes, reader) => {
        if (reader.damage !== null || reader.fields !== width) return;
        add(
          Array.from({ length: width }, (_, k) => {
            const text = fieldText(bytes, reader, k);
            return reader.quoting[k] === TYPED ? typedNumberText(text) : text;
          }),
        );
      },
      onBytes: async (done) =>
        progress({ label: `looking at ${basename(path)}`, done, total, unit: 'bytes' }),
    });
    return sha256;
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    throw new TidewatchError(error.kind, `${path} cannot be taken: ${error.message}.`, {
      details: { path },
      cause: error,
    });
  }
}

function findFiles(paths: readonly string[]): string[] {
  return paths.flatMap((given) => {
    const path = resolve(given);
    if (!existsSync(path)) {
      throw new TidewatchError(
        'not-found',
        `${path} is not there. Name a file of events, or a folder of them.`,
        {
          details: { path },
        },
      );
    }
    if (statSync(path).isDirectory()) return listDataFiles(path, path);
    if (!isParquet(path)) return [path];
    throw new TidewatchError(
      'input-unreadable',
      `${path} is Parquet; columns are proposed from CSV and NDJSON. Say "tables.events" in config.json by hand: docs/events.md.`,
      { details: { path } },
    );
  });
}
