/** Reads who the clients of a table are: their names, what is at stake, their owner and segment, as packed columns. */
import type { IndexedTexts } from '../core/clients/text-index.ts';
import { columnOf } from './contract.ts';
import { readHistory } from './history.ts';
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
  readonly ids: IndexedTexts | null;
  /** The client of each row, by its number in `ids`. */
  readonly codes: Int32Array;
  /** The row that speaks for each client. */
  readonly newest: Uint32Array;
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

const AT_ONCE = { horizonDays: 0, meaning: 'outcome', now: new Date(0) } as const;

/** Streams the table twice; about 40 bytes a row, the texts of the ids among them. */
export async function readClients(table: Table): Promise<Clients> {
  const { contract, rows } = table;
  const { ids, codes, newest, clients } = await readHistory(table, AT_ONCE);
  const value = columnOf(contract, 'value');
  const owner = columnOf(contract, 'owner');
  const segment = columnOf(contract, 'segment');
  const values = value === null ? null : new Float64Array(rows);
  const owners = owner === null ? null : createCoder(rows);
  const segments = segment === null ? null : createCoder(rows);
  const names = [...new Set([value, owner, segment].filter((name) => name !== null))];
  for await (const batch of names.length === 0 ? [] : table.stream(names)) {
    const vector = (name: string | null) => batch.columns[names.indexOf(name ?? '')];
    const money = vector(value);
    if (money?.kind === 'numeric') values?.set(money.values, batch.offset);
    owners?.add(vector(owner), batch.offset);
    segments?.add(vector(segment), batch.offset);
  }
  const current = new Uint8Array(rows);
  for (let client = 0; client < clients; client++) current[newest[client] as number] = 1;
  return {
    rows,
    ids,
    codes,
    newest,
    values,
    owners: owners?.coded ?? null,
    segments: segments?.coded ?? null,
    current,
    clients,
  };
}

/** The name of the client in a row. */
export function clientId({ ids, codes }: Pick<Clients, 'ids' | 'codes'>, row: number): string {
  return ids === null ? String(row + 1) : ids.text(codes[row] as number);
}

/** A client's owner or segment; null where there is none. */
export function nameAt(coded: CodedTexts | null, row: number): string | null {
  return coded?.names[coded.codes[row] as number] ?? null;
}

/** The row that speaks for the client of this name, or -1. */
export function rowOfClient(clients: Pick<Clients, 'ids' | 'rows' | 'newest'>, id: string): number {
  if (clients.ids !== null) {
    const client = clients.ids.codeOf(id);
    return client < 0 ? -1 : (clients.newest[client] as number);
  }
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
