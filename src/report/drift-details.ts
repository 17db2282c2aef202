/** Reads what a drift check recorded beside its verdict, as far as it is there: versions record more and less. */
import { type Fields, fieldsOf, listOf, numberOf, textOf } from '../base/loose-fields.ts';
import type { Estimate, TooFew } from '../core/document/document.ts';
import { type Readings, readingsOf } from '../core/monitor/inputs/methods.ts';

/** How far one input has moved; null: not recorded, or not known. */
export interface ColumnDrift {
  readonly name: string;
  /** What each drift method says. */
  readonly readings: Readings;
  /** After the correction for the number of columns where that was recorded. */
  readonly pValue: number | null;
  /** In words: "little", "moderate", "large". */
  readonly band: string | null;
  /** null: there were too few rows to say. */
  readonly alarm: boolean | null;
}

/** What one rule says; the rule in force decides, the others are told beside it. */
export interface RuleVerdict {
  readonly rule: string;
  readonly drift: boolean;
  readonly reason: string;
}

/** A metric as estimated before the labels were known, and as it then was. */
export interface LabelFreeEstimate {
  readonly metric: string;
  readonly estimate: Estimate;
  /** null where no label came. */
  readonly observed: Estimate | null;
}

export interface SegmentDrift {
  readonly segment: string;
  readonly rows: number;
  readonly f1: Estimate | null;
  readonly reason: string;
}

/** What is wrong with an input, in a sentence. */
export interface InputAlarmTold {
  readonly column: string;
  readonly severity: string;
  readonly rows: number | null;
  readonly sentence: string;
}

export interface DriftDetails {
  /** F1 on the new rows with its interval. */
  readonly estimate: Estimate | null;
  readonly columns: readonly ColumnDrift[];
  /** Worst first; none where none was recorded. */
  readonly alarms: readonly InputAlarmTold[];
  readonly verdicts: readonly RuleVerdict[];
  readonly estimates: readonly LabelFreeEstimate[];
  /** How they were made, in a sentence; null: it was not recorded. */
  readonly estimatedHow: string | null;
  readonly segments: readonly SegmentDrift[];
}

/** What is there of the details; nothing is refused, since a record of another version is still worth reading. */
export function readDriftDetails(details: unknown): DriftDetails {
  const record = fieldsOf(details);
  const estimated = fieldsOf(record['estimated']);
  return {
    estimate: estimateOf(record['estimate']),
    columns: listOf(fieldsOf(record['inputs'])['columns']).flatMap(columnOf),
    alarms: listOf(fieldsOf(record['inputs'])['alarms']).flatMap(alarmOf),
    verdicts: Object.values(fieldsOf(record['verdicts'])).map(fieldsOf).flatMap(verdictOf),
    estimates: estimatesOf(fieldsOf(estimated['estimate'])['metrics'], fieldsOf(record['metrics'])),
    estimatedHow: textOf(estimated['reason']),
    segments: listOf(record['segments']).flatMap(segmentOf),
  };
}

function columnOf(entry: Fields): ColumnDrift[] {
  const name = textOf(entry['name']);
  if (name === null) return [];
  const readings = readingsOf(entry);
  const { verdict } = entry;
  return [
    {
      name,
      readings,
      pValue: numberOf(entry['adjustedP']) ?? readings.psi?.pValue ?? null,
      band: textOf(entry['band']),
      alarm: verdict === 'drift' || (verdict === 'no-drift' ? false : null),
    },
  ];
}

function alarmOf(entry: Fields): InputAlarmTold[] {
  const [column, severity, told] = ['column', 'severity', 'sentence'].map((name) => textOf(entry[name]));
  if (!column || !severity || !told) return [];
  return [{ column, severity, rows: numberOf(entry['rows']), sentence: told }];
}

function verdictOf(entry: Fields): RuleVerdict[] {
  const [rule, reason] = [textOf(entry['rule']), textOf(entry['reason'])];
  return rule === null ? [] : [{ rule, drift: entry['drift'] === true, reason: reason ?? '' }];
}

function estimatesOf(metrics: unknown, observed: Fields): LabelFreeEstimate[] {
  return Object.entries(fieldsOf(metrics)).flatMap(([metric, found]) => {
    const estimate = estimateOf(found);
    return estimate === null ? [] : [{ metric, estimate, observed: estimateOf(observed[metric]) }];
  });
}

function segmentOf(entry: Fields): SegmentDrift[] {
  const [segment, rows] = [textOf(entry['segment']), numberOf(entry['rows'])];
  if (segment === null || rows === null) return [];
  return [{ segment, rows, f1: estimateOf(entry['f1']), reason: textOf(entry['reason']) ?? '' }];
}

function estimateOf(value: unknown): Estimate | null {
  const entry = fieldsOf(value);
  const [at, low, high] = [numberOf(entry['value']), numberOf(entry['low']), numberOf(entry['high'])];
  const tooFew = tooFewOf(entry['tooFew']);
  if (at === null || (tooFew === null && (low === null || high === null))) return null;
  return {
    value: at,
    low,
    high,
    level: numberOf(entry['level']) ?? 0.95,
    rows: numberOf(entry['rows']) ?? 0,
    ...(tooFew === null ? {} : { tooFew }),
  };
}

function tooFewOf(value: unknown): TooFew | null {
  const entry = fieldsOf(value);
  const [of, rows, needed] = [entry['of'], numberOf(entry['rows']), numberOf(entry['needed'])];
  if ((of !== 'left' && of !== 'stayed') || rows === null || needed === null) return null;
  return { of, rows, needed };
}
