/** `tidewatch watch`: whether the deployed model still does as well as on held-out rows, and whether the data is still its own. */
import { DRIFT_RULE_NAMES, DRIFT_RULES } from '../../config/drift-rules.ts';
import type { Estimate } from '../../core/document/document.ts';
import type { Bounds } from '../../core/monitor/calibration/risk-reading.ts';
import { shiftSize } from '../../core/monitor/inputs/compare-column.ts';
import type { InputWindow } from '../../core/monitor/inputs/input-alarm.ts';
import type { ColumnDrift } from '../../core/monitor/inputs/input-drift.ts';
import {
  type MethodColumn,
  methodColumns,
  type Readings,
  readingsOf,
} from '../../core/monitor/inputs/methods.ts';
import type { MetricView } from '../../core/monitor/performance/metric-reading.ts';
import type { WatchSummary } from '../../pipeline/bound/watch-verb.ts';
import { wrapText } from '../../report/text/display-width.ts';
import {
  ABSENT,
  formatCount,
  formatEstimate,
  formatNumber,
  formatPercent,
} from '../../report/text/format.ts';
import { renderTable } from '../../report/text/render-table.ts';
import { exitOfStanding, renderStates } from '../standing-text.ts';
import type { Terminal } from '../terminal.ts';
import { type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

/** Columns of a line of the help. */
const HELP_WIDTH = 100;

const HELP = `
Looks at the rows of the compiled data that the deployed model was not trained on, and says

  whether the model is still right, by each of these rules:
${rulesHelp()}
    The key drift.rule says which of them decides whether "tidewatch run" retrains.
  what has changed where outcomes no longer follow the risks, and F1, Brier score and profit beside it
  how well it does on clients whose outcome is not known yet (estimated from its probabilities), and how far
    such estimates have been from the truth
  whether the inputs are still those of the training data: each column, all together, and by segment

Nothing is retrained. "tidewatch run" does all of this too; "tidewatch trends" shows it over time.

Examples:
  tidewatch watch
  tidewatch watch --all                  every column and segment, not only those that stand out
  tidewatch watch --json | jq '.inputs.columns[] | {name, psi: .psi.corrected, verdict}'
`;

/** A line a rule, wrapped beside its name. */
function rulesHelp(): string {
  const width = Math.max(...DRIFT_RULE_NAMES.map((name) => name.length)) + 6;
  return DRIFT_RULE_NAMES.map((name) => {
    const lines = wrapText(DRIFT_RULES[name].meaning, HELP_WIDTH - width);
    return `    ${name}`.padEnd(width) + lines.join(`\n${' '.repeat(width)}`);
  }).join('\n');
}

interface WatchOptions extends SharedOptions {
  readonly all: boolean;
}

export const watchCommand: CommandMaker = (terminal, finish) =>
  createVerb({
    name: 'watch',
    summary: 'is the deployed model still right, and its data still the same?',
    help: HELP,
  })
    .option('--all', 'show every column and segment', false)
    .action(async (options: WatchOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const value = await app.watch();
        return { value, text: renderWatch(value, options.all, terminal), exit: exitOfStanding(value) };
      });
      finish(options, answer);
    });

/** Columns and segments that are shown unless all are asked for. */
const SHOWN = 12;

function renderWatch(summary: WatchSummary, all: boolean, terminal: Terminal): string {
  const waiting = [
    `${formatCount(summary.rows)} with an outcome`,
    ...(summary.unlabelled > 0 ? [`${formatCount(summary.unlabelled)} without`] : []),
    ...(summary.immature > 0 ? [`${formatCount(summary.immature)} whose outcome is not final`] : []),
  ];
  return [
    [summary.headline, ...renderStates(summary)].join('\n'),
    `${headOf(summary)} by the rule "${summary.rule}". ${summary.reason}`,
    `Model ${summary.modelVersion}, new rows: ${waiting.join(', ')}.`,
    renderRisk(summary),
    renderRules(summary, terminal),
    renderEstimate(summary, terminal),
    renderInputs(summary, all, terminal),
    renderSegments(summary, all, terminal),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function headOf({ drift, rule, risk }: WatchSummary): string {
  if (drift) return 'DRIFT';
  const isKnown = !DRIFT_RULES[rule].remembers || (risk !== null && risk.tooFew === null && risk.rows > 0);
  return isKnown ? 'No drift' : 'Not known yet';
}

/** The alarm's budget, and what has changed; its sentence is that of the rule `sequential`. */
function renderRisk({ risk }: WatchSummary): string {
  if (risk === null) return '';
  const { alarm, tooFew, budget, shares, calibration, log10, levelLog10 } = risk;
  const state = alarm ? 'ALARM' : tooFew !== null || risk.rows === 0 ? 'not known yet' : 'no alarm';
  return [
    `Risks against outcomes: ${state}. ${budget}`,
    ...(log10 === null
      ? []
      : [`  evidence of a change: ${formatEvidence(log10)} (alarm from ${formatEvidence(levelLog10)})`]),
    ...(alarm && shares !== null
      ? [
          `  it speaks for: overall rate ${formatPercent(shares.baseRate)}, telling who leaves ` +
            `${formatPercent(shares.discrimination)}, both ${formatPercent(shares.both)}`,
        ]
      : []),
    ...(calibration === null
      ? []
      : [
          `  on ${formatCount(calibration.rows)} outcomes: calibration intercept ${formatBounds(calibration.intercept)}, 0 is ` +
            `right; slope ${formatBounds(calibration.slope)}, 1 is right`,
        ]),
  ].join('\n');
}

function formatEvidence(log10: number): string {
  return log10 > 15 ? `1e${Math.floor(log10)}` : formatNumber(10 ** log10);
}

function formatBounds({ value, low, high }: Bounds): string {
  return `${formatNumber(value)} (${formatNumber(low)} to ${formatNumber(high)})`;
}

/** What the rules say that do not decide, and the metrics over all looks. */
function renderRules({ rule: decides, verdicts, monitor }: WatchSummary, terminal: Terminal): string {
  const rules = Object.values(verdicts)
    .filter(({ rule }) => rule !== decides)
    .map(({ rule, drift, reason }) => [rule, drift ? 'yes' : 'no', reason]);
  const metrics = [monitor.f1, monitor.brier, monitor.profit].filter((view) => view !== null);
  const table = renderTable([{ header: 'rule' }, { header: 'drift' }, { header: 'why' }], rules, terminal);
  return [`Beside the rule "${decides}", which decides`, table, ...metrics.map(sayView)].join('\n');
}

function sayView({ sentence, eValue, eLevel }: MetricView): string {
  const evidence =
    eValue === null || eLevel === null
      ? ''
      : ` (e-value ${formatNumber(eValue)}; worse than they allow from ${formatNumber(eLevel)})`;
  return `  ${sentence}${evidence}`;
}

function renderEstimate({ estimated, estimateRecords }: WatchSummary, terminal: Terminal): string {
  if (estimated === null) return '';
  const { of, rows, method, reason, estimate, shift, truth } = estimated;
  const who =
    of === 'waiting'
      ? `the ${formatCount(rows)} clients whose outcome is not known yet`
      : `${formatCount(rows)} labelled rows, as if their labels were not known`;
  const names = ['f1', 'precision', 'recall', 'accuracy', 'rocAuc', 'profit'] as const;
  const told = names.filter((name) => estimate.metrics[name] !== null);
  const table = renderTable(
    [
      { header: 'metric' },
      { header: 'estimate' },
      ...(truth === null ? [] : [{ header: 'truth', align: 'right' as const }]),
      { header: 'past error', align: 'right' },
      { header: 'past estimates', align: 'right' },
    ],
    told.map((name) => {
      const record = name === 'profit' ? null : estimateRecords[name];
      return [
        name,
        estimateText(estimate.metrics[name]),
        ...(truth === null ? [] : [formatNumber(truth.metrics[name])]),
        formatNumber(record?.meanAbsoluteError ?? null),
        record?.outcomes.length ?? null,
      ];
    }),
    terminal,
  );
  const coverage =
    shift === null || shift.coverage.share === null
      ? ''
      : ` ${formatPercent(shift.coverage.share)} of the rows are of a kind that the ${formatCount(shift.referenceRows)} reference rows hold.`;
  return `Without labels: ${who}, ${method.toUpperCase()}\n${table}\n${reason}${coverage}`;
}

function estimateText(estimate: Estimate | null): string {
  return estimate === null ? ABSENT : formatEstimate(estimate);
}

function renderInputs({ inputs }: WatchSummary, all: boolean, terminal: Terminal): string {
  if (inputs === null) return '';
  const columns = [...inputs.columns].sort((a, b) => sizeOf(b) - sizeOf(a));
  const shown = all ? columns : columns.slice(0, SHOWN);
  const heads = METHODS.map(({ head }) => head).toSpliced(1, 0, 'p');
  const table = renderTable(
    [
      { header: 'column' },
      ...heads.map((header) => ({ header, align: 'right' as const })),
      { header: 'verdict' },
    ],
    shown.map((column) => {
      const readings = readingsOf(column);
      const p = formatNumber(column.adjustedP ?? readings.psi?.pValue ?? null);
      return [
        column.name,
        ...METHODS.map((method) => cellText(method, readings)).toSpliced(1, 0, p),
        column.verdict === 'drift' ? 'DRIFT' : column.verdict.replaceAll('-', ' '),
      ];
    }),
    terminal,
  );
  const more =
    columns.length > shown.length
      ? `\n... ${columns.length - shown.length} more columns; --all shows them.`
      : '';
  const told = all ? inputs.alarms : inputs.alarms.slice(0, SHOWN);
  const rest = inputs.alarms.length - told.length;
  return [
    `Inputs: ${formatCount(inputs.rows.current)} rows (${WINDOWS[inputs.window]}) against ${formatCount(inputs.rows.reference)} of training`,
    `${table}${more}`,
    ...(told.length === 0
      ? [inputs.reason]
      : told.map((alarm) => `${alarm.severity.toUpperCase()}: ${alarm.sentence}`)),
    ...(rest > 0 ? [`... ${rest} more alarms; --all shows them.`] : []),
    ...(inputs.domain === null ? [] : [`Together: ${inputs.domain.reason}`]),
  ].join('\n');
}

const WINDOWS: Readonly<Record<InputWindow, string>> = {
  newest: 'of the newest delivery',
  fresh: 'of the latest deliveries',
  all: 'all since the training',
};

/** The first is the size of the shift: its p stands beside it. */
const METHODS = methodColumns('command');

function sizeOf(column: ColumnDrift): number {
  return shiftSize(column) ?? -1;
}

function cellText({ unit, cell }: MethodColumn, readings: Readings): string {
  const number = cell(readings)?.number ?? null;
  return unit === 'share' ? formatPercent(number) : formatNumber(number);
}

function renderSegments({ segments, inputs }: WatchSummary, all: boolean, terminal: Terminal): string {
  if (segments.length === 0) return '';
  const inputsOf = new Map(inputs?.segments.map((each) => [each.segment, each]));
  const shown = all ? segments : segments.slice(0, SHOWN);
  const table = renderTable(
    [
      { header: 'segment' },
      { header: 'rows', align: 'right' },
      { header: 'labelled', align: 'right' },
      { header: 'F1' },
      { header: 'F1 held out' },
      { header: 'p of a fall', align: 'right' },
      { header: 'inputs' },
    ],
    shown.map(({ segment, rows, labelled, f1, deployed, adjustedP }) => {
      const own = inputsOf.get(segment);
      const drifted =
        own?.verdict === 'drift' ? `DRIFT: ${own.drifted.join(', ')}` : own?.verdict.replaceAll('-', ' ');
      return [
        segment,
        rows,
        labelled,
        estimateText(f1),
        estimateText(deployed),
        formatNumber(adjustedP),
        drifted ?? ABSENT,
      ];
    }),
    terminal,
  );
  return `Segments\n${table}`;
}
