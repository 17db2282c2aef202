/** Finds the newest row of clients in a CSV as this system writes it, as texts. */
import { fieldText } from './csv/header.ts';
import { readRecords } from './csv/read-records.ts';

export interface LastRecords {
  readonly columns: readonly string[];
  /** The last row of each client that was found, a text a column, an empty one where it is missing. */
  readonly rows: ReadonlyMap<string, readonly string[]>;
  /** How often each text of the target came up, missing ones left out. */
  readonly labels: ReadonlyMap<string, number>;
}

const MOST_COLUMNS = 10_000;

/** Reads the file once, in constant memory but for the rows found. Errors as `readRecords`. */
export async function findLastRecords(
  path: string,
  wanted: { readonly idColumn: string; readonly targetColumn: string; readonly ids: ReadonlySet<string> },
): Promise<LastRecords> {
  const rows = new Map<string, readonly string[]>();
  const labels = new Map<string, number>();
  let columns: string[] = [];
  let [id, target] = [-1, -1];
  await readRecords(path, {
    capacity: MOST_COLUMNS,
    onRecord: (bytes, reader) => {
      const text = (field: number): string => fieldText(bytes, reader, field);
      if (columns.length === 0) {
        columns = Array.from({ length: reader.fields }, (_, field) => text(field));
        id = columns.indexOf(wanted.idColumn);
        target = columns.indexOf(wanted.targetColumn);
        return;
      }
      const label = text(target);
      if (label !== '') labels.set(label, (labels.get(label) ?? 0) + 1);
      const name = text(id);
      if (wanted.ids.has(name))
        rows.set(
          name,
          columns.map((_, field) => text(field)),
        );
    },
  });
  return { columns, rows, labels };
}
