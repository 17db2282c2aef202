/** Finds the newest row of clients up to a time in a CSV as this system writes it, as texts. */
import { fieldText } from './csv/header.ts';
import { readRecords } from './csv/read-records.ts';
import { parseTimeText } from './csv/time-text.ts';

export interface LastRecords {
  readonly columns: readonly string[];
  /** The newest row of each client, a text a column, an empty one where it is missing. */
  readonly rows: ReadonlyMap<string, readonly string[]>;
  /** Clients that were found, also those of which every row is of a later time. */
  readonly found: ReadonlySet<string>;
  /** How often each text of the target came up, missing ones left out. */
  readonly labels: ReadonlyMap<string, number>;
}

const MAX_COLUMNS = 10_000;

export interface WantedRecords {
  readonly idColumn: string;
  readonly targetColumn: string;
  /** null: the last row is the newest. */
  readonly timeColumn: string | null;
  /** Milliseconds since 1970 by id: rows of a later time do not count. */
  readonly clients: ReadonlyMap<string, number>;
}

/**
 * Reads the file once, in constant memory but for the rows found. A row whose time is not known comes first; of equal
 * times the last row counts. Errors as `readRecords`.
 */
export async function findLastRecords(path: string, wanted: WantedRecords): Promise<LastRecords> {
  const times = new Map<string, number>();
  const found = new Set<string>();
  const rows = new Map<string, readonly string[]>();
  const labels = new Map<string, number>();
  let columns: string[] = [];
  let [id, target, time] = [-1, -1, -1];
  await readRecords(path, {
    capacity: MAX_COLUMNS,
    onRecord: (bytes, reader) => {
      const text = (field: number): string => fieldText(bytes, reader, field);
      if (columns.length === 0) {
        columns = Array.from({ length: reader.fields }, (_, field) => text(field));
        id = columns.indexOf(wanted.idColumn);
        target = columns.indexOf(wanted.targetColumn);
        time = wanted.timeColumn === null ? -1 : columns.indexOf(wanted.timeColumn);
        return;
      }
      const label = text(target);
      if (label !== '') labels.set(label, (labels.get(label) ?? 0) + 1);
      const name = text(id);
      const until = wanted.clients.get(name);
      if (until === undefined) return;
      found.add(name);
      const told = time < 0 ? Number.NaN : parseTimeText(text(time).trim());
      const at = Number.isNaN(told) ? Number.NEGATIVE_INFINITY : told;
      if (at > until || at < (times.get(name) ?? Number.NEGATIVE_INFINITY)) return;
      times.set(name, at);
      rows.set(
        name,
        columns.map((_, field) => text(field)),
      );
    },
  });
  return { columns, rows, found, labels };
}
