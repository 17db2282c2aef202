/** Renders what was decided about the columns of a file, for people. */

import type { ColumnDecision } from '../core/propose/proposal.ts';
import type { SplitSummary } from '../engine/csv/split-files.ts';
import { formatCount, formatPercent } from '../report/text/format.ts';
import { renderTable } from '../report/text/render-table.ts';
import type { FileProposal } from '../steps/propose.ts';
import type { Terminal } from './terminal.ts';

const MOST_LINES = 60;

/** The table of columns, what the target says, and what to look at. A wide file shows its features in short. */
export function renderProposal(proposal: FileProposal, terminal: Pick<Terminal, 'width' | 'colour'>): string {
  const { decisions, positive, negative, rows } = proposal;
  const shown =
    decisions.length <= MOST_LINES ? decisions : decisions.filter(isRemarkable).slice(0, MOST_LINES);
  const table = renderTable(
    [{ header: 'column' }, { header: 'role' }, { header: 'why' }, { header: 'examples' }],
    shown.map((decision) => [
      decision.column === '' ? '(no name)' : decision.column,
      roleText(decision),
      decision.why,
      decision.examples.join(', '),
    ]),
    { width: terminal.width, colour: terminal.colour },
  );
  const labelled = positive.rows + negative.rows;
  const rest = decisions.length - shown.length;
  return [
    table,
    ...(rest > 0 ? [`and ${formatCount(rest)} more columns; --json tells of each`] : []),
    '',
    `${formatCount(rows)} rows: ${formatCount(positive.rows)} left (${positive.value}, ${formatPercent(positive.rows / labelled)}), ${formatCount(negative.rows)} stayed (${negative.value}).`,
    ...proposal.notes.map((note) => `Note: ${note}`),
  ].join('\n');
}

function isRemarkable({ role, also }: ColumnDecision): boolean {
  return (role !== 'numeric' && role !== 'categorical') || also.length > 0;
}

function roleText({ role, also, suspect }: ColumnDecision): string {
  if (role === 'left-out') return suspect === null ? 'left out' : `left out: ${suspect.replaceAll('-', ' ')}`;
  return [role, ...also].join(', ');
}

/** Where the rows went, a line a folder. */
export function renderSplit(
  split: SplitSummary,
  folders: { readonly input: string; readonly test: string },
): string {
  const { input, test, unlabelled, unfit } = split;
  const line = (part: SplitSummary['input']): string =>
    `${formatCount(part.left + part.stayed)} rows, ${formatCount(part.left)} left`;
  const extra = [
    ...(unlabelled === 0 ? [] : [`, ${formatCount(unlabelled)} rows without a label`]),
    ...(unfit === 0 ? [] : [`, and ${formatCount(unfit)} rows that ingest will quarantine`]),
  ].join('');
  return [
    `${folders.input}: ${line(input)}${extra}`,
    `${folders.test}: ${line(test)}, held out to test the model on`,
  ].join('\n');
}
