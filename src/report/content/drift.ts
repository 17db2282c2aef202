/** Drift: what the newest check said of the model and of its inputs, as far as it recorded it. */
import { type MethodColumn, methodColumns, type Readings } from '../../core/monitor/inputs/methods.ts';
import { CHARTS } from '../charts/catalogue.ts';
import type { ColumnDrift, DriftDetails } from '../drift-details.ts';
import type { ReportValues } from '../report-values.ts';
import {
  ABSENT,
  formatCount,
  formatInterval,
  formatNumber,
  formatPercent,
  formatScore,
} from '../text/format.ts';
import { boundedTable, figure, paragraph, sentence } from './blocks.ts';
import type { Block, Column, Section } from './document.ts';
import { clockText, dayText } from './time-text.ts';

const MAX_COLUMNS = 40;

export function driftSection(values: ReportValues): Section {
  const head = { id: 'drift', heading: 'Drift' };
  if (values.drift === null) {
    const none = 'No drift check yet: the first one is made when new data arrives while a model is live.';
    return { ...head, blocks: [paragraph(none)] };
  }
  const { check, details } = values.drift;
  return {
    ...head,
    blocks: [
      {
        kind: 'callout',
        tone: check.outcome ? 'attention' : 'plain',
        title: `Rule "${check.rule}": ${check.outcome ? 'drift' : 'no drift'}`,
        text: sentence(check.reason),
      },
      checkFacts(values.drift),
      ...verdicts(details),
      ...inputs(values, details),
      ...estimates(details),
      ...segments(details),
    ],
  };
}

function checkFacts({ check, details }: NonNullable<ReportValues['drift']>): Block {
  return {
    kind: 'facts',
    items: [
      {
        name: 'Checked',
        value: dayText(check.createdAt),
        note: `${clockText(check.createdAt)}, model ${check.modelVersion}`,
      },
      { name: 'New rows', value: formatCount(check.rows), note: 'that the model was not trained on' },
      {
        name: 'F1 on the new rows',
        value: formatScore(check.observed),
        note: details.estimate === null ? '' : formatInterval(details.estimate),
      },
      { name: 'Deployed F1', value: formatScore(check.expected), note: `rule in force: ${check.rule}` },
    ],
  };
}

function verdicts({ verdicts: found }: DriftDetails): Block[] {
  if (found.length === 0) return [];
  return [
    boundedTable({
      caption: 'What each rule says',
      columns: [{ header: 'Rule' }, { header: 'Verdict' }, { header: 'Why', wide: true }],
      items: found,
      row: ({ rule, drift, reason }) => [rule, drift ? 'drift' : 'no drift', sentence(reason)],
      most: found.length,
    }),
  ];
}

function inputs(values: ReportValues, { columns, alarms }: DriftDetails): Block[] {
  if (columns.length === 0) return [];
  const sorted = columns.toSorted((a, b) => sizeOf(b) - sizeOf(a));
  const shown = CELLS.filter(({ value }) => columns.some((column) => value(column) !== null));
  return [
    ...inputAlarms(alarms),
    { kind: 'figures', items: [figure('input-drift', CHARTS['input-drift'].draw(values), null)] },
    boundedTable({
      caption: 'Inputs against what the model was trained on',
      columns: [{ header: 'Column', wide: true }, ...shown.map(({ column }) => column)],
      items: sorted,
      row: (column) => [column.name, ...shown.map(({ cell }) => cell(column))],
      most: MAX_COLUMNS,
    }),
  ];
}

function inputAlarms(alarms: DriftDetails['alarms']): Block[] {
  if (alarms.length === 0) return [];
  return [
    boundedTable({
      caption: 'What is wrong with the inputs',
      columns: [
        { header: 'Column' },
        { header: 'What' },
        { header: 'Rows', align: 'right' },
        { header: 'In words', wide: true },
      ],
      items: alarms,
      row: ({ column, severity, rows, sentence: told }) => [
        column,
        severity === 'broken' ? 'broken' : 'has moved',
        formatCount(rows),
        sentence(told),
      ],
      most: MAX_COLUMNS,
    }),
  ];
}

function sizeOf({ readings: { psi } }: ColumnDrift): number {
  return psi?.value ?? -1;
}

interface Cell {
  readonly column: Column;
  readonly value: (column: ColumnDrift) => unknown;
  readonly cell: (column: ColumnDrift) => string;
}

/** The methods; what the size of the shift means stands beside it. */
const CELLS: readonly Cell[] = methodColumns('report')
  .map(
    (method): Cell => ({
      column: { header: method.head, align: 'right' },
      value: ({ readings }) => method.cell(readings),
      cell: ({ readings }) => cellText(method, readings),
    }),
  )
  .toSpliced(
    1,
    0,
    {
      column: { header: 'p-value', align: 'right' },
      value: ({ pValue }) => pValue,
      cell: ({ pValue }) => formatNumber(pValue),
    },
    { column: { header: 'Shift' }, value: ({ band }) => band, cell: ({ band }) => band ?? '' },
    {
      column: { header: 'Alarm' },
      value: ({ alarm }) => alarm,
      cell: ({ alarm }) => (alarm === null ? 'too few rows' : alarm ? 'alarm' : 'no'),
    },
  );

function cellText({ unit, cell }: MethodColumn, readings: Readings): string {
  const { number = null, before = null } = cell(readings) ?? {};
  const format = (each: number | null) => (unit === 'share' ? formatPercent(each) : formatNumber(each, 3));
  return before === null || before === number ? format(number) : `${format(number)} (was ${format(before)})`;
}

const METRICS: Readonly<Record<string, string>> = {
  f1: 'F1',
  precision: 'Precision',
  recall: 'Recall',
  accuracy: 'Accuracy',
  rocAuc: 'ROC AUC',
  baseRate: 'Share that left',
  profit: 'Profit a client',
};

function estimates({ estimates: found, estimatedHow }: DriftDetails): Block[] {
  if (found.length === 0) return [];
  const isKnown = found.some(({ observed }) => observed !== null);
  return [
    boundedTable({
      caption: 'Estimates made without labels',
      columns: [
        { header: 'Metric' },
        { header: 'Estimated', wide: true },
        ...(isKnown ? [{ header: 'As it was with labels', wide: true }] : []),
      ],
      items: found,
      row: ({ metric, estimate, observed }) => [
        METRICS[metric] ?? metric,
        formatInterval(estimate),
        ...(isKnown ? [observed === null ? ABSENT : formatInterval(observed)] : []),
      ],
      most: MAX_COLUMNS,
    }),
    ...(estimatedHow === null ? [] : [paragraph(sentence(estimatedHow))]),
  ];
}

const MAX_SEGMENTS = 20;

function segments({ segments: found }: DriftDetails): Block[] {
  if (found.length === 0) return [];
  return [
    boundedTable({
      caption: 'Segments',
      columns: [
        { header: 'Segment' },
        { header: 'New rows', align: 'right' },
        { header: 'F1' },
        { header: 'What it says', wide: true },
      ],
      items: found,
      row: ({ segment, rows, f1, reason }) => [
        segment,
        formatCount(rows),
        f1 === null ? ABSENT : formatInterval(f1),
        sentence(reason),
      ],
      most: MAX_SEGMENTS,
    }),
  ];
}
