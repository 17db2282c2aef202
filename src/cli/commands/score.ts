/** `tidewatch score`: score the trained model on the test data. */

import { describeOverlap, describeTestRows } from '../../core/metrics/test-window.ts';
import { formatCount, formatEstimate, formatNumber } from '../../report/text/format.ts';
import { renderTable } from '../../report/text/render-table.ts';
import type { ScoreSummary } from '../../steps/score.ts';
import { type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Scores the trained model on rows that it has not learned from and writes the F1 score, a bare number, to
latestscore.txt in output_model_path. With "holdout" in config.json these are the rows of the held-out clients (those
that came since the live model was trained, where there are enough), else the labelled files of test_data_path. Every
score has a 95 % interval, where at least 20 clients left and 20 stayed: with fewer none would hold, and it says so.

Examples:
  tidewatch score
  tidewatch score --json | jq .f1
`;

export const scoreCommand: CommandMaker = (terminal, finish) =>
  createVerb({ name: 'score', summary: 'score the trained model on the test data', help: HELP }).action(
    async (options: SharedOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const summary = await app.score();
        return { value: summary, text: renderScores(summary, terminal) };
      });
      finish(options, answer);
    },
  );

const METRIC_NAMES: Readonly<Record<string, string>> = {
  f1: 'F1',
  rocAuc: 'ROC AUC',
  averagePrecision: 'average precision',
  logLoss: 'log loss',
  brier: 'Brier score',
  calibrationError: 'calibration error',
  baseRate: 'share that left',
  profit: 'expected profit a row',
};

function renderScores(summary: ScoreSummary, terminal: Parameters<CommandMaker>[0]): string {
  const [[tn, fp], [fn, tp]] = summary.confusion;
  const rows = Object.entries(summary.metrics).flatMap(([name, estimate]) => {
    if (estimate !== null) return [[METRIC_NAMES[name] ?? name, formatEstimate(estimate)]];
    const why = summary.undefinedBecause[name];
    return why === undefined ? [] : [[METRIC_NAMES[name] ?? name, why]];
  });
  const width = { width: terminal.width, colour: terminal.colour };
  const confusion = renderTable(
    [
      { header: 'truth' },
      { header: 'predicted to stay', align: 'right' },
      { header: 'predicted to leave', align: 'right' },
    ],
    [
      ['stayed', formatCount(tn), formatCount(fp)],
      ['left', formatCount(fn), formatCount(tp)],
    ],
    width,
  );
  const overlap = describeOverlap(summary.window);
  return [
    `Model ${summary.model} on ${describeTestRows(summary.rows, summary.window)}, threshold ${formatNumber(summary.threshold, 4)}:`,
    ...(overlap === null ? [] : [`Note: ${overlap}`]),
    '',
    renderTable([{ header: 'score' }, { header: 'value' }], rows, width),
    '',
    confusion,
    '',
    `score  ${summary.path}`,
    'Next: tidewatch deploy',
  ].join('\n');
}
