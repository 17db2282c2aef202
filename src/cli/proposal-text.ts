/** Renders what was decided about the columns of a file, for people. */

import { basename } from 'node:path';
import type { ColumnDecision } from '../core/propose/proposal.ts';
import { formatCount, formatPercent } from '../report/text/format.ts';
import { renderTable } from '../report/text/render-table.ts';
import type { FileProposal } from '../steps/propose.ts';
import { renderReading } from './reading-text.ts';
import type { TakenIn } from './take-in-files.ts';
import type { Terminal } from './terminal.ts';

const MAX_LINES = 60;

/** The table of columns, what the target says, and what to look at. A wide file shows its features in short. */
export function renderProposal(proposal: FileProposal, terminal: Pick<Terminal, 'width' | 'colour'>): string {
  const { decisions, derived, positive, negative, dropped, columns, rows } = proposal;
  const open = dropped.reduce((sum, label) => sum + label.rows, 0);
  const unknown = open === 0 ? '' : `, ${formatCount(open)} not known yet (${labelText(columns.drop)})`;
  const shown =
    decisions.length <= MAX_LINES ? decisions : decisions.filter(isRemarkable).slice(0, MAX_LINES);
  const table = renderTable(
    [{ header: 'column' }, { header: 'role' }, { header: 'why' }, { header: 'examples' }],
    [
      ...shown.map((decision) => [
        decision.column === '' ? '(no name)' : decision.column,
        roleText(decision),
        decision.why,
        decision.examples.join(', '),
      ]),
      ...derived.map(({ column, why, examples }) => [column, 'derived', why, examples.join(', ')]),
    ],
    { width: terminal.width, colour: terminal.colour },
  );
  const labelled = positive.rows + negative.rows;
  const rest = decisions.length - shown.length;
  return [
    table,
    ...(rest > 0 ? [`and ${formatCount(rest)} more columns; --json tells of each`] : []),
    '',
    ...renderReading(proposal, terminal),
    `${formatCount(rows)} rows: ${formatCount(positive.rows)} left (${labelText(columns.positive)}, ${formatPercent(positive.rows / labelled)}), ${formatCount(negative.rows)} stayed (${labelText(columns.negative ?? [])})${unknown}.`,
    ...proposal.notes.map((note) => `Note: ${note}`),
  ].join('\n');
}

function labelText(labels: string | readonly string[]): string {
  return typeof labels === 'string' ? labels : labels.join(', ');
}

function isRemarkable({ role, also, warning }: ColumnDecision): boolean {
  return (role !== 'numeric' && role !== 'categorical') || also.length > 0 || warning !== null;
}

function roleText({ role, also, suspect, warning }: ColumnDecision): string {
  if (role === 'left-out') return suspect === null ? 'left out' : `left out: ${suspect.replaceAll('-', ' ')}`;
  const used = [role, ...also].join(', ');
  return warning === null ? used : `${used}; check: ${warning.replaceAll('-', ' ')}`;
}

/** What was taken in, who is held out, and what the target of clients with several rows means. */
export function renderTakenIn(taken: TakenIn, target: string): string {
  const { rows, training, heldOut, open, outcomes, panel, files } = taken;
  const quarantined =
    rows.quarantined === 0
      ? ''
      : `, ${formatCount(rows.quarantined)} quarantined (tidewatch quarantine list)`;
  const part = ({ clients, rows: count, left }: TakenIn['training']): string =>
    `${formatCount(clients)} clients, ${formatCount(count)} rows with an outcome, ${formatCount(left)} left`;
  return [
    `${files.map((path) => basename(path)).join(', ')}: ${formatCount(rows.kept)} rows${quarantined}.`,
    `To learn from: ${part(training)}.`,
    `Held out to test every model, for ever: ${part(heldOut)}.`,
    ...(open === 0
      ? []
      : [`${formatCount(open)} rows have no outcome yet; their clients are ranked by risk.`]),
    ...(outcomes.meaning === 'status'
      ? [
          `"${target}" is the status of a client at the time: what is learned is who leaves within ${outcomes.horizonDays} days ` +
            `(${panel === null ? 'as asked for' : `clients are seen every ${panel.gapDays} days`}). Where it says what became of a client after the row: --label-meaning outcome.`,
        ]
      : []),
  ].join('\n');
}
