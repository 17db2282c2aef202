/** Reads who the clients of a table are: their names, what is at stake, their owner and segment, as packed columns. */
import { createTextPacker, type PackedTexts } from '../core/clients/packed-texts.ts';
import { columnOf } from './contract.ts';
import type { ColumnVector, Table } from './port.ts';

/** A text column as codes: -1 is missing. */
export interface CodedTexts {
  readonly codes: Int32Array;
  readonly names: readonly string[];
}

/** One place a row of the table in every column. */
export interface Clients {
  readonly rows: number;
  /** null: the table has no id column, and the number of the row, from 1, is the name. */
  readonly ids: PackedTexts | null;
  /** NaN where not known; null where no column says. */
  readonly values: Float64Array | null;
  readonly owners: CodedTexts | null;
  readonly segments: CodedTexts | null;
  /**
   * 1: the row is a client; 0: another speaks for the client. With ids that is the last one of the same id, else
   * one with the label that this one lacks and all else the same.
   */
  readonly current: Uint8Array;
  /** How many rows are clients. */
  readonly clients: number;
}

/** Streams the table once; about 30 bytes a row, the texts of the ids among them. */
export async function readClients(table: Table): Promise<Clients> {
  const { contract, rows } = table;
  const id = columnOf(contract, 'id');
  const value = columnOf(contract, 'value');
  const owner = columnOf(contract, 'owner');
  const segment = columnOf(contract, 'segment');
  const packer = createTextPacker(id === null ? 0 : rows);
  const values = value === null ? null : new Float64Array(rows);
  const owners = owner === null ? null : createCoder(rows);
  const segments = segment === null ? null : createCoder(rows);
  const names = [...new Set([id, value, owner, segment].filter((name) => name !== null))];
  for await (const batch of names.length === 0 ? [] : table.stream(names)) {
    const vector = (name: string | null) => batch.columns[names.indexOf(name ?? '')];
    for (const text of textsOf(vector(id))) packer.push(text ?? '');
    const money = vector(value);
    if (money?.kind === 'numeric') values?.set(money.values, batch.offset);
    owners?.add(vector(owner), batch.offset);
    segments?.add(vector(segment), batch.offset);
  }
  const ids = id === null ? null : packer.finish();
  const current = ids === null ? await withoutAnswered(table) : ids.lastOfEach();
  const clients = current.reduce((sum, flag) => sum + flag, 0);
  return {
    rows,
    ids,
    values,
    owners: owners?.coded ?? null,
    segments: segments?.coded ?? null,
    current,
    clients,
  };
}

/** One flag a row: 0 where it has no label and another, the same in all other columns, has one. */
async function withoutAnswered(table: Table): Promise<Uint8Array> {
  const current = new Uint8Array(table.rows).fill(1);
  if (table.contract.labels !== 'optional') return current;
  const target = columnOf(table.contract, 'target');
  const keys = await table.keys(table.contract.columns.flatMap(({ name }) => (name === target ? [] : name)));
  const labels = new Float64Array(table.rows);
  for await (const { offset, columns } of table.stream([target])) {
    if (columns[0]?.kind === 'numeric') labels.set(columns[0].values, offset);
  }
  const open = new Set(keys.filter((_, row) => Number.isNaN(labels[row])));
  const answered = new Set(keys.filter((key, row) => !Number.isNaN(labels[row]) && open.has(key)));
  for (let row = 0; row < table.rows; row++) {
    if (Number.isNaN(labels[row]) && answered.has(keys[row] as bigint)) current[row] = 0;
  }
  return current;
}

/** The name of the client in a row. */
export function clientId({ ids }: Pick<Clients, 'ids'>, row: number): string {
  return ids === null ? String(row + 1) : ids.text(row);
}

/** A client's owner or segment; null where there is none. */
export function nameAt(coded: CodedTexts | null, row: number): string | null {
  return coded?.names[coded.codes[row] as number] ?? null;
}

/** The row that speaks for the client of this name, or -1. */
export function rowOfClient(clients: Pick<Clients, 'ids' | 'rows'>, id: string): number {
  if (clients.ids !== null) return clients.ids.lastIndexOf(id);
  return /^[1-9]\d*$/.test(id) && Number(id) <= clients.rows ? Number(id) - 1 : -1;
}

function createCoder(rows: number) {
  const codes = new Int32Array(rows).fill(-1);
  const names: string[] = [];
  const codeOf = new Map<string, number>();
  return {
    coded: { codes, names },
    add(vector: ColumnVector | undefined, offset: number): void {
      const texts = textsOf(vector);
      for (let row = 0; row < texts.length; row++) {
        const text = texts[row] ?? null;
        if (text === null || text === '') continue;
        let code = codeOf.get(text);
        if (code === undefined) {
          code = names.push(text) - 1;
          codeOf.set(text, code);
        }
        codes[offset + row] = code;
      }
    },
  };
}

/** A column of any kind as texts. */
function textsOf(vector: ColumnVector | undefined): readonly (string | null)[] {
  if (vector === undefined) return [];
  if (vector.kind === 'text') return vector.values;
  if (vector.kind === 'categorical') return Array.from(vector.codes, (code) => vector.levels[code] ?? null);
  return Array.from(vector.values, (value) => (Number.isNaN(value) ? null : String(value)));
}
