/** Reads who the clients of a table are: names, status, what is at stake, owner and segment, one place a client. */
import { statusOfLabel } from '../../core/clients/client-status.ts';
import type { IndexedTexts } from '../../core/clients/text-index.ts';
import type { SourceBatch, SourceColumn } from '../../core/columns/source-column.ts';
import { takeRows } from '../../core/columns/take-rows.ts';
import { newestRows } from '../../core/outcomes/settle.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import type { TableContract } from '../../formats/contract/table-contract.ts';
import type { Table } from '../port.ts';
import { readObservations } from './history.ts';

/** A text column as codes: -1 is missing. */
export interface CodedTexts {
  readonly codes: Int32Array;
  readonly names: readonly string[];
}

/** The clients of a table at their current state, which is the newest row of each; one place a client in each column. */
export interface Clients {
  /** Rows of the table. */
  readonly rows: number;
  readonly clients: number;
  /** Names by the number of the client; null: the table has no id column, and the number of its newest row names it. */
  readonly ids: IndexedTexts | null;
  readonly newest: Uint32Array;
  /** Clients in the order of their newest rows. */
  readonly byRow: Uint32Array;
  /** How many rows each has. */
  readonly rowCounts: Uint32Array;
  /** Places in CLIENT_STATUSES. */
  readonly statuses: Uint8Array;
  /** When the newest row is of, milliseconds since 1970, NaN where not known; null where no column tells times. */
  readonly times: Float64Array | null;
  /** NaN where not known; null where no column says. */
  readonly values: Float64Array | null;
  readonly owners: CodedTexts | null;
  readonly segments: CodedTexts | null;
}

/** Streams the table twice; some 60 bytes a client, the texts of the ids among them, and 25 a row for the moment. */
export async function readClients(table: Table): Promise<Clients> {
  const known = await readStates(table);
  return { ...known, ...(await readTraits(table, known)) };
}

type Traits = Pick<Clients, 'values' | 'owners' | 'segments'>;

async function readStates(table: Table): Promise<Omit<Clients, keyof Traits>> {
  const observations = await readObservations(table);
  const { ids, clients, codes, labels } = observations;
  const newest = newestRows(observations);
  const byRow = new Uint32Array(clients);
  const rowCounts = new Uint32Array(clients);
  let count = 0;
  for (let row = 0; row < codes.length; row++) {
    const client = codes[row] as number;
    rowCounts[client] = (rowCounts[client] as number) + 1;
    if (newest[client] === row) byRow[count++] = client;
  }
  const times = tellsTimes(table.contract) ? observations.times : null;
  return {
    rows: table.rows,
    clients,
    ids,
    newest,
    byRow,
    rowCounts,
    statuses: Uint8Array.from(newest, (row) => statusOfLabel(labels[row] as number)),
    times: times === null ? null : Float64Array.from(newest, (row) => times[row] as number),
  };
}

/** Whether a column tells times; one that is read as numbers orders the rows of a client, but nobody knows its unit. */
export function tellsTimes(contract: TableContract): boolean {
  const time = columnOf(contract, 'time');
  return contract.columns.some(({ name, role }) => name === time && role === 'time');
}

async function readTraits(
  table: Table,
  known: Pick<Clients, 'clients' | 'newest' | 'byRow'>,
): Promise<Traits> {
  const value = columnOf(table.contract, 'value');
  const owner = columnOf(table.contract, 'owner');
  const segment = columnOf(table.contract, 'segment');
  const values = value === null ? null : new Float64Array(known.clients);
  const owners = owner === null ? null : createCoder(known.clients);
  const segments = segment === null ? null : createCoder(known.clients);
  const names = [...new Set([value, owner, segment].filter((name) => name !== null))];
  for await (const { clients, columns } of names.length === 0 ? [] : streamNewest(table, known, names)) {
    const vector = (name: string | null) => columns[names.indexOf(name ?? '')];
    const money = vector(value);
    if (values !== null && money?.kind === 'numeric') {
      for (let k = 0; k < clients.length; k++) values[clients[k] as number] = money.values[k] as number;
    }
    owners?.add(vector(owner), clients);
    segments?.add(vector(segment), clients);
  }
  return { values, owners: owners?.coded ?? null, segments: segments?.coded ?? null };
}

/** Newest rows of clients, and whose they are. */
export interface NewestBatch extends SourceBatch {
  readonly clients: Uint32Array;
}

/** Streams the newest rows alone, in the order of the table; batches without any are passed over. */
export async function* streamNewest(
  table: Table,
  { newest, byRow }: Pick<Clients, 'newest' | 'byRow'>,
  names: readonly string[],
): AsyncGenerator<NewestBatch> {
  let next = 0;
  for await (const { rows, offset, columns } of table.stream(names)) {
    const from = next;
    while (next < byRow.length && (newest[byRow[next] as number] as number) < offset + rows) next++;
    const clients = byRow.subarray(from, next);
    if (clients.length === 0) continue;
    const batch = { rows, columns };
    const all = clients.length === rows;
    const own = all
      ? batch
      : takeRows(
          batch,
          clients.map((client) => (newest[client] as number) - offset),
        );
    yield { ...own, clients };
  }
}

/** The name of a client. */
export function clientId({ ids, newest }: Pick<Clients, 'ids' | 'newest'>, client: number): string {
  return ids === null ? String((newest[client] as number) + 1) : ids.text(client);
}

/** A client's owner or segment; null where there is none. */
export function nameAt(coded: CodedTexts | null, client: number): string | null {
  return coded?.names[coded.codes[client] as number] ?? null;
}

/** The client of this name, or -1. */
export function clientOf(clients: Pick<Clients, 'ids' | 'newest'>, id: string): number {
  if (clients.ids !== null) return clients.ids.codeOf(id);
  return /^[1-9]\d*$/.test(id) ? clients.newest.indexOf(Number(id) - 1) : -1;
}

function createCoder(clients: number) {
  const codes = new Int32Array(clients).fill(-1);
  const names: string[] = [];
  const codeOf = new Map<string, number>();
  return {
    coded: { codes, names },
    add(vector: SourceColumn | undefined, clients: Uint32Array): void {
      const texts = textsOf(vector);
      for (let k = 0; k < texts.length; k++) {
        const text = texts[k] ?? null;
        if (text === null || text === '') continue;
        let code = codeOf.get(text);
        if (code === undefined) {
          code = names.push(text) - 1;
          codeOf.set(text, code);
        }
        codes[clients[k] as number] = code;
      }
    },
  };
}

/** A column of any kind as texts. */
function textsOf(vector: SourceColumn | undefined): readonly (string | null)[] {
  if (vector === undefined) return [];
  if (vector.kind === 'text') return vector.values;
  if (vector.kind === 'categorical') return Array.from(vector.codes, (code) => vector.levels[code] ?? null);
  return Array.from(vector.values, (value) => (Number.isNaN(value) ? null : String(value)));
}
