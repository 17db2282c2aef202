/** Reads what a drift check recorded beside its verdict, as far as it is there: versions record more and less. */
import type { Estimate } from '../core/models/document.ts';

/** How far one input has moved; null: not recorded. */
export interface ColumnDrift {
  readonly name: string;
  readonly psi: number | null;
  readonly pValue: number | null;
  /** In words: "none", "moderate", "large". */
  readonly band: string | null;
  readonly alarm: boolean | null;
  /** Share of the new rows without a value. */
  readonly missing: number | null;
  /** Share of the new rows with a value that training did not have. */
  readonly unseen: number | null;
}

/** What one rule says; the rule in force decides, the others are told beside it. */
export interface RuleVerdict {
  readonly rule: string;
  readonly drift: boolean;
  readonly reason: string;
}

/** A metric as estimated before the labels are known. */
export interface LabelFreeEstimate {
  readonly method: string;
  readonly metric: string;
  readonly estimate: Estimate;
}

export interface DriftDetails {
  /** F1 on the new rows with its interval. */
  readonly estimate: Estimate | null;
  readonly columns: readonly ColumnDrift[];
  readonly verdicts: readonly RuleVerdict[];
  readonly estimates: readonly LabelFreeEstimate[];
}

/** What is there of the details; nothing is refused, since a record of another version is still worth reading. */
export function readDriftDetails(details: unknown): DriftDetails {
  const record = recordOf(details);
  const inputs = record['inputs'];
  return {
    estimate: estimateOf(record['estimate']),
    columns: entriesOf(
      Array.isArray(inputs) ? inputs : (recordOf(inputs)['columns'] ?? record['columns']),
    ).flatMap(columnOf),
    verdicts: entriesOf(record['verdicts']).flatMap(verdictOf),
    estimates: Object.entries(recordOf(record['estimates'])).flatMap(([method, value]) =>
      estimatesOf(method, value),
    ),
  };
}

function columnOf(entry: Fields): ColumnDrift[] {
  const name = textOf(entry['name']) ?? textOf(entry['column']);
  if (name === null) return [];
  const { alarm } = entry;
  return [
    {
      name,
      psi: numberOf(entry['psi']),
      pValue: numberOf(entry['pValue']) ?? numberOf(entry['p']),
      band: textOf(entry['band']),
      alarm: typeof alarm === 'boolean' ? alarm : null,
      missing: numberOf(entry['missing']) ?? numberOf(entry['missingShare']),
      unseen: numberOf(entry['unseen']) ?? numberOf(entry['unseenShare']),
    },
  ];
}

function verdictOf(entry: Fields): RuleVerdict[] {
  const [rule, reason] = [textOf(entry['rule']), textOf(entry['reason'])];
  return rule === null ? [] : [{ rule, drift: entry['drift'] === true, reason: reason ?? '' }];
}

function estimatesOf(method: string, value: unknown): LabelFreeEstimate[] {
  return Object.entries(recordOf(recordOf(value)['metrics'])).flatMap(([metric, found]) => {
    const estimate = estimateOf(found);
    return estimate === null ? [] : [{ method, metric, estimate }];
  });
}

type Fields = Readonly<Record<string, unknown>>;

function recordOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** The entries of a list, or of an object whose keys name them. */
function entriesOf(value: unknown): readonly Fields[] {
  if (Array.isArray(value)) return value.map(recordOf);
  return Object.entries(recordOf(value)).map(([key, entry]) => ({
    name: key,
    rule: key,
    ...recordOf(entry),
  }));
}

/** A number, or the value of an estimate. */
function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  const inner = recordOf(value)['value'] ?? recordOf(value)['share'];
  return typeof inner === 'number' && Number.isFinite(inner) ? inner : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function estimateOf(value: unknown): Estimate | null {
  const entry = recordOf(value);
  const [at, low, high] = [numberOf(entry['value']), numberOf(entry['low']), numberOf(entry['high'])];
  if (at === null || low === null || high === null) return null;
  return {
    value: at,
    low,
    high,
    level: numberOf(entry['level']) ?? 0.95,
    rows: numberOf(entry['rows']) ?? 0,
  };
}
