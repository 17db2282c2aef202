/** One pass over the rows of a table of unknown meaning: tallies of every column, and a sample of rows. */
import { createRandom } from '../../base/random.ts';
import { targetName } from './column-names.ts';
import { ColumnTally, type TextRules } from './column-tally.ts';
import { RowSample } from './row-sample.ts';

/** Cells that the sample may hold, and distinct values that all columns together may remember. */
const SAMPLE_CELLS = 2_000_000;
const REMEMBERED_VALUES = 150_000;
/** Columns that are watched as possible targets, and labels remembered of each. */
const MOST_CANDIDATES = 6;
const MOST_LABELS = 50;

/** A label of a candidate target: its text as it was first met, and its rows. */
export interface LabelCount {
  readonly text: string;
  rows: number;
}

/** A column that may be the target. Class 0 is its first label, class 1 its second. */
export interface TargetCandidate {
  /** Position of the column. */
  readonly column: number;
  /** By `labelKey`, in the order met; no more than fifty are kept. */
  readonly labels: Map<string, LabelCount>;
}

export interface TallyOptions {
  /** The one column to watch as target; null: those whose names say so. */
  readonly target: string | null;
  readonly rules: TextRules;
  readonly seed: number;
  /** Is told of texts of a column that were not met before, trimmed and not empty. */
  readonly onText?: (column: number, text: string) => void;
}

/** Labels are equal as texts without the spaces around them, or as numbers. */
export function labelKey(text: string, rules: TextRules): string {
  const trimmed = text.trim();
  const number = rules.parseNumber(trimmed);
  return Number.isNaN(number) ? trimmed : String(number);
}

/** The sums of a table. Memory grows with the columns, not with the rows. */
export class TableTally {
  readonly names: readonly string[];
  readonly rules: TextRules;
  readonly columns: readonly ColumnTally[];
  readonly candidates: readonly TargetCandidate[];
  readonly sample: readonly (readonly string[])[];
  rows = 0;
  private readonly reservoir: RowSample;
  private readonly classes: number[];

  constructor(names: readonly string[], options: TallyOptions) {
    this.names = names;
    this.rules = options.rules;
    this.candidates = candidatesOf(names, options.target).map((column) => ({ column, labels: new Map() }));
    const maxValues = within(REMEMBERED_VALUES / names.length, 100, 10_000);
    const { onText = () => {}, rules } = options;
    this.columns = names.map(
      (_, column) =>
        new ColumnTally(rules, maxValues, this.candidates.length, (text) => onText(column, text)),
    );
    const size = within(SAMPLE_CELLS / names.length, 50, 20_000);
    this.reservoir = new RowSample(size, createRandom(options.seed));
    this.sample = this.reservoir.rows;
    this.classes = this.candidates.map(() => -1);
  }

  /** Adds a row: a text for each column. The array is not kept. */
  add(fields: readonly string[]): void {
    this.rows++;
    for (let k = 0; k < this.candidates.length; k++) {
      const candidate = this.candidates[k] as TargetCandidate;
      this.classes[k] = this.classOf(candidate.labels, fields[candidate.column] as string);
    }
    for (let c = 0; c < fields.length; c++)
      (this.columns[c] as ColumnTally).add(fields[c] as string, this.classes);
    this.reservoir.offer(fields);
  }

  private classOf(labels: Map<string, LabelCount>, text: string): number {
    const { missing } = this.rules;
    const key = labelKey(text, this.rules);
    if (key === '' || missing.has(key)) return -1;
    const known = labels.get(key);
    if (known !== undefined) known.rows++;
    else if (labels.size < MOST_LABELS) labels.set(key, { text: text.trim(), rows: 1 });
    else return -1;
    const [first] = labels.keys();
    if (key === first) return 0;
    return labels.size === 2 ? 1 : [...labels.keys()].indexOf(key) === 1 ? 1 : -1;
  }
}

/** Positions of the columns whose names say "target", those that say it straight first. */
function candidatesOf(names: readonly string[], target: string | null): number[] {
  if (target !== null) return names.flatMap((name, column) => (name === target ? [column] : []));
  const named = names.map((name, column) => ({ column, name: targetName(name) }));
  const direct = named.filter(({ name }) => name === 'direct');
  const others = named.filter(({ name }) => name === 'inverted' || name === 'general');
  return [...direct, ...others].slice(0, MOST_CANDIDATES).map(({ column }) => column);
}

function within(value: number, low: number, high: number): number {
  return Math.floor(Math.min(high, Math.max(low, value)));
}
