/** Clients at risk as CSV: one list of columns for the command line and the server. */
import { guardFormula } from '../../formats/csv/formula-guard.ts';
import { renderRecord } from '../../formats/csv/header.ts';
import type { RankedClient } from '../../steps/rank.ts';

/** A client, where it is told with what the last earlier scoring said of it. */
export type CsvClient = RankedClient & { readonly earlier?: number | null };

/** What the lines are made of. */
export interface ClientsCsvOptions {
  /** Reasons a client; each is a column. */
  readonly reasons: number;
  /** Whether there is a column of what the last earlier scoring said. */
  readonly earlier: boolean;
}

interface Column {
  readonly name: string;
  cell(client: CsvClient): string;
}

const COLUMNS: readonly Column[] = [
  { name: 'rank', cell: ({ rank }) => String(rank) },
  { name: 'id', cell: ({ id }) => guardFormula(id) },
  { name: 'probability', cell: ({ probability }) => String(probability) },
  { name: 'flagged', cell: ({ flagged }) => (flagged ? '1' : '0') },
  { name: 'earlier', cell: ({ earlier }) => String(earlier ?? '') },
  { name: 'value', cell: ({ value }) => String(value ?? '') },
  { name: 'expected_loss', cell: ({ expectedLoss }) => String(expectedLoss ?? '') },
  { name: 'owner', cell: ({ owner }) => guardFormula(owner ?? '') },
  { name: 'segment', cell: ({ segment }) => guardFormula(segment ?? '') },
  { name: 'status', cell: ({ status }) => status },
  { name: 'as_of', cell: ({ asOf }) => asOf ?? '' },
];

/** The line of the names, without its end. */
export function clientsCsvHeader(options: ClientsCsvOptions): string {
  return renderRecord(columnsOf(options).map(({ name }) => name));
}

/** A line a client, without its end: numbers in full, what is not known empty, texts safe for a spreadsheet. */
export function clientsCsvLines(clients: readonly CsvClient[], options: ClientsCsvOptions): string[] {
  const columns = columnsOf(options);
  return clients.map((client) => renderRecord(columns.map(({ cell }) => cell(client))));
}

function columnsOf({ reasons, earlier }: ClientsCsvOptions): readonly Column[] {
  return [
    ...COLUMNS.filter(({ name }) => earlier || name !== 'earlier'),
    ...Array.from({ length: reasons }, (_, k) => ({
      name: `reason_${k + 1}`,
      cell: (client: CsvClient) => guardFormula(client.reasons[k]?.sentence ?? ''),
    })),
  ];
}
