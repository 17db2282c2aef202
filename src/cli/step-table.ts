/** The steps of a run as a table for people. */
import type { StepSummary } from '../pipeline/run/session.ts';
import { formatSeconds } from '../report/text/format.ts';
import { renderTable } from '../report/text/render-table.ts';
import type { Terminal } from './terminal.ts';

export function renderSteps(steps: readonly StepSummary[], terminal: Terminal): string {
  return renderTable(
    [{ header: 'step' }, { header: 'status' }, { header: 'time', align: 'right' }, { header: 'what it did' }],
    steps.map((step) => [step.name, step.status, formatSeconds(step.seconds), step.note]),
    { width: terminal.width, colour: terminal.colour },
  );
}
