/** `tidewatch diagnose`: the state of data, model, timings and dependencies. */
import { InvalidArgumentError } from 'commander';
import { nearestName } from '../../base/nearest.ts';
import { insideWorkspace } from '../../config/load.ts';
import { formatCount, formatNumber, formatSeconds } from '../../report/text/format.ts';
import { renderTable } from '../../report/text/render-table.ts';
import { DIAGNOSE_PARTS, type DiagnosePart, type Diagnostics } from '../../steps/diagnose.ts';
import type { Terminal } from '../terminal.ts';
import { type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Tells: the predictions of the deployed model for the test data (or for --data); mean, median and standard
deviation of every numeric column and the share of missing values of every column of the latest snapshot; how long
ingestion and training took when they last ran; and which dependencies are behind npm's latest.

The predictions are in the --json form, one a row in the order of the data.

Examples:
  tidewatch diagnose
  tidewatch diagnose --only summary,missing
  tidewatch diagnose --json --data sourcedata/dataset3.csv | jq .predictions.predictions
`;

interface DiagnoseOptions extends SharedOptions {
  readonly data?: string;
  readonly only: DiagnosePart[];
}

export const diagnoseCommand: CommandMaker = (terminal, finish) =>
  createVerb({ name: 'diagnose', summary: 'the state of data, model, timings and dependencies', help: HELP })
    .option('--data <path>', 'data file of the workspace to predict (default: the files of test_data_path)')
    .option('--only <parts>', `some of: ${DIAGNOSE_PARTS.join(', ')}`, parseParts, [...DIAGNOSE_PARTS])
    .action(async (options: DiagnoseOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const whole = options.only.length === DIAGNOSE_PARTS.length;
        const data =
          options.data === undefined ? null : [insideWorkspace(app.workspace.root, '--data', options.data)];
        const value = await app.diagnose({ data, parts: whole ? DIAGNOSE_PARTS : options.only });
        return { value, text: renderDiagnostics(value, options.only, terminal) };
      });
      finish(options, answer);
    });

function parseParts(text: string): DiagnosePart[] {
  return text.split(',').map((name) => {
    const part = DIAGNOSE_PARTS.find((each) => each === name.trim());
    if (part !== undefined) return part;
    const near = nearestName(name, DIAGNOSE_PARTS);
    throw new InvalidArgumentError(
      `"${name}" is no part of the diagnostics${near === null ? '.' : `; did you mean "${near}"?`} There are: ${DIAGNOSE_PARTS.join(', ')}.`,
    );
  });
}

function renderDiagnostics(value: Diagnostics, parts: readonly DiagnosePart[], terminal: Terminal): string {
  const wanted = new Set(parts);
  const sections = [
    ...(wanted.has('predictions') ? [renderPredictions(value)] : []),
    ...(wanted.has('summary') || wanted.has('missing') ? [renderStatistics(value, terminal)] : []),
    ...(wanted.has('timings') ? [renderTimings(value, terminal)] : []),
    ...(wanted.has('dependencies') ? [renderDependencies(value, terminal)] : []),
  ];
  return sections.join('\n\n');
}

function renderPredictions({ predictions, absent }: Diagnostics): string {
  if (predictions === null) return `Predictions: ${absent['predictions'] ?? 'none'}`;
  const { leaving, rows, modelVersion, threshold } = predictions;
  return `Predictions: model ${modelVersion} expects ${formatCount(leaving)} of ${formatCount(rows)} clients to leave (probability above ${threshold}).`;
}

function renderStatistics({ statistics, absent }: Diagnostics, terminal: Terminal): string {
  if (statistics === null) return `Data: ${absent['statistics'] ?? 'none'}`;
  const numbers = (['mean', 'median', 'std', 'min', 'max'] as const).map((header) => ({
    header,
    align: 'right' as const,
  }));
  const table = renderTable(
    [{ header: 'column' }, ...numbers, { header: 'missing', align: 'right' }],
    statistics.columns.map(({ name, mean, median, std, min, max, missingPercent }) => [
      name,
      formatNumber(mean),
      formatNumber(median),
      formatNumber(std),
      formatNumber(min),
      formatNumber(max),
      `${formatNumber(missingPercent)} %`,
    ]),
    terminal,
  );
  return `Data: snapshot ${statistics.snapshot.slice(0, 12)}, ${formatCount(statistics.rows)} rows\n${table}`;
}

function renderTimings({ durations }: Diagnostics, terminal: Terminal): string {
  const table = renderTable(
    [{ header: 'step' }, { header: 'last' }, { header: 'median' }, { header: 'runs', align: 'right' }],
    durations.map(({ name, seconds, median, count }) => [
      name,
      formatSeconds(seconds),
      formatSeconds(median),
      count,
    ]),
    terminal,
  );
  return `Timings, from the recorded runs\n${table}`;
}

function renderDependencies({ dependencies }: Diagnostics, terminal: Terminal): string {
  const table = renderTable(
    [{ header: 'dependency' }, { header: 'installed' }, { header: 'latest' }, { header: '' }],
    dependencies.map(({ name, installed, latest, outdated }) => [
      name,
      installed ?? 'unknown',
      latest ?? 'unknown',
      outdated === true ? 'behind' : '',
    ]),
    terminal,
  );
  return `Dependencies\n${table}`;
}
