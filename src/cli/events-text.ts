/** What was found of a table of events, for people. */
import type { Config } from '../config/schema.ts';
import { formatCount, formatPercent } from '../report/text/format.ts';
import { renderTable } from '../report/text/render-table.ts';
import type { EventsFileProposal } from '../steps/propose-events.ts';
import type { Terminal } from './terminal.ts';

type DerivedColumn = Config['columns']['derived'][string];

/** Which column is what, and the features that are made. */
export function renderEvents(proposal: EventsFileProposal, { width, colour }: Terminal): string {
  const { rows, names, derived, first, last, known } = proposal;
  const uses = [
    `client ${names.id}`,
    `time ${names.time}`,
    ...(names.type === null ? [] : [`type ${names.type}`]),
    ...(names.amount === null ? [] : [`amount ${names.amount}`]),
    ...(names.key === null ? [] : [`key ${names.key}`]),
  ];
  const table = renderTable(
    [{ header: 'feature of events' }, { header: 'what it is, as of the time of each row' }],
    Object.entries(derived).map(([name, column]) => [name, derivedText(column, names.amount)]),
    { width, colour },
  );
  return [
    `${formatCount(rows)} events from ${first.slice(0, 10)} to ${last.slice(0, 10)}, ${formatPercent(known)} of them of these clients: ${uses.join(', ')}.`,
    '',
    table,
  ].join('\n');
}

function derivedText(column: DerivedColumn, amount: string | null): string {
  if (!('events' in column)) return '';
  const span = column.days === null ? 'before' : `in the ${column.days} days before`;
  const which = column.type === null ? 'events' : `events "${column.type}"`;
  if (column.events === 'count') return `${which} ${span}`;
  return column.events === 'sum'
    ? `sum of ${amount} of ${which} ${span}`
    : `days since the last of all ${which} ${span}`;
}
