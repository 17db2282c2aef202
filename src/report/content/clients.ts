/** The clients at risk: whom to call first, and why. */
import { formatCount, formatNumber, formatPercent } from '../text/format.ts';
import { boundedTable, paragraph } from './blocks.ts';
import type { Column, Section } from './document.ts';

/** Clients at risk as the report tells them. */
export interface ReportClients {
  readonly rankedBy: 'expected-loss' | 'risk';
  readonly threshold: number;
  /** Clients listed and those who have left; of those listed, how many have no outcome yet. */
  readonly counts: { readonly listed: number; readonly left: number; readonly unknown: number };
  /** Of the clients listed. */
  readonly all: { readonly clients: number; readonly flagged: number; readonly expectedLoss: number | null };
  /** Whether the data names its clients; if not, ids are numbers of rows. */
  readonly named: boolean;
  readonly clients: readonly ReportClient[];
}

interface ReportClient {
  readonly rank: number;
  readonly id: string;
  readonly probability: number;
  readonly value: number | null;
  readonly expectedLoss: number | null;
  readonly owner: string | null;
  readonly segment: string | null;
  readonly reasons: readonly { readonly sentence: string }[];
}

/** Clients that the report tells of. */
export const TOP_CLIENTS = 20;

/** The table has the columns that the data fills: value and loss, owner, segment. */
export function clientsSection(clients: ReportClients | string): Section {
  const head = { id: 'clients', heading: 'Clients at risk' };
  if (typeof clients === 'string') return { ...head, blocks: [paragraph(clients)] };
  if (clients.all.clients === 0) return { ...head, blocks: [paragraph(nobodyText(clients))] };
  const order = clients.rankedBy === 'expected-loss' ? 'risk times value' : 'risk';
  const shown = cellsOf(clients);
  return {
    ...head,
    blocks: [
      paragraph(totalsText(clients)),
      boundedTable({
        caption: `Whom to call first, by ${order}`,
        columns: shown.map(({ column }) => column),
        items: clients.clients,
        row: (client) => shown.map(({ cell }) => cell(client)),
        most: TOP_CLIENTS,
        total: clients.all.clients,
      }),
    ],
  };
}

function nobodyText({ counts }: ReportClients): string {
  return counts.left === 0
    ? 'The latest data has no clients.'
    : `Nobody is left to call: all ${formatCount(counts.left)} clients of the latest data have left.`;
}

function countsText({ listed, left, unknown }: ReportClients['counts']): string {
  const rest =
    left === 0
      ? ''
      : `; ${formatCount(left)} more ${left === 1 ? 'has left and is' : 'have left and are'} not listed`;
  const open =
    unknown === 0
      ? ''
      : ` The outcome of ${unknown === listed ? 'all' : formatCount(unknown)} of these is not known yet.`;
  return `${rest}.${open}`;
}

function totalsText({ all, threshold, counts }: ReportClients): string {
  const { clients, flagged, expectedLoss } = all;
  const loss =
    expectedLoss === null ? '' : ` ${formatNumber(expectedLoss, 0)} is the value expected to be lost in all.`;
  return (
    `Of ${formatCount(clients)} clients in the latest data, ${formatCount(flagged)} have a risk above the ` +
    `threshold of ${formatPercent(threshold)}${countsText(counts)}${loss} Reasons are what raises the risk of the client, the ` +
    'strongest first; they say what the model saw, not what causes leaving.'
  );
}

interface Cell {
  readonly column: Column;
  readonly cell: (client: ReportClient) => string;
}

function cellsOf({ clients, named }: ReportClients): Cell[] {
  const has = (what: (client: ReportClient) => unknown) => clients.some((client) => what(client) !== null);
  const cells: (Cell & { readonly when?: boolean })[] = [
    { column: { header: named ? 'Client' : 'Row' }, cell: ({ id }) => id },
    { column: { header: 'Risk', align: 'right' }, cell: ({ probability }) => formatPercent(probability) },
    {
      column: { header: 'Value', align: 'right' },
      cell: ({ value }) => formatNumber(value, decimalsOf(clients.map((client) => client.value))),
      when: has(({ value }) => value),
    },
    {
      column: { header: 'Expected loss', align: 'right' },
      cell: ({ expectedLoss }) =>
        formatNumber(expectedLoss, decimalsOf(clients.map((client) => client.expectedLoss))),
      when: has(({ expectedLoss }) => expectedLoss),
    },
    { column: { header: 'Owner' }, cell: ({ owner }) => owner ?? '', when: has(({ owner }) => owner) },
    {
      column: { header: 'Segment' },
      cell: ({ segment }) => segment ?? '',
      when: has(({ segment }) => segment),
    },
    {
      column: { header: 'Reasons', wide: true },
      cell: ({ reasons }) => reasons.map(({ sentence }) => sentence).join('; '),
    },
  ];
  return cells.filter(({ when }) => when !== false);
}

/** The same decimals for all of a column: none where numbers are whole or large, else two. */
function decimalsOf(values: readonly (number | null)[]): number {
  const known = values.filter((value) => value !== null);
  const isCoarse =
    known.every((value) => Number.isInteger(value)) || known.some((value) => Math.abs(value) >= 1000);
  return isCoarse ? 0 : 2;
}
