/** One pass over the rows of a table of unknown meaning: tallies of every column, and a sample of rows. */
import { createRandom } from '../../base/random.ts';
import { ColumnTally, type TextRules } from './column-tally.ts';
import { labelKey } from './label-key.ts';
import { LabelSides, type LabelWishes, type SideOfLabel } from './label-sides.ts';
import { RowSample } from './row-sample.ts';
import { targetName } from './target-name.ts';

/** Cells that the sample may hold, and distinct values that all columns together may remember. */
const SAMPLE_CELLS = 2_000_000;
const REMEMBERED_VALUES = 150_000;
/** Columns that are watched as possible targets, and labels remembered of each. */
const MAX_CANDIDATES = 6;
export const MAX_LABELS = 50;

/** A label of a candidate target: its text as it was first met, its side, and its rows. */
export interface LabelCount extends SideOfLabel {
  readonly text: string;
  rows: number;
}

/** A column that may be the target. Class 1 is left, class 0 stayed or unclear; a label without an outcome has none. */
export interface TargetCandidate {
  /** Position of the column. */
  readonly column: number;
  readonly sides: LabelSides;
  /** By `labelKey`, in the order met; no more than fifty are kept. */
  readonly labels: Map<string, LabelCount>;
}

export interface TallyOptions {
  /** The one column to watch as target; null: those whose names say so. */
  readonly target: string | null;
  /** What its values mean, as far as that was said. Absent: nothing was. */
  readonly labels?: LabelWishes;
  readonly rules: TextRules;
  readonly seed: number;
  /** Is told of texts of a column that were not met before, trimmed and not empty. */
  readonly onText?: (column: number, text: string) => void;
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
    const { target, rules, labels: wishes = { positive: null }, onText = () => {} } = options;
    this.candidates = candidatesOf(names, target).map((column) => {
      const sides = new LabelSides(names[column] as string, wishes, rules);
      return { column, sides, labels: new Map() };
    });
    const maxValues = within(REMEMBERED_VALUES / names.length, 100, 10_000);
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
      this.classes[k] = this.count(candidate, fields[candidate.column] as string);
    }
    for (let c = 0; c < fields.length; c++)
      (this.columns[c] as ColumnTally).add(fields[c] as string, this.classes);
    this.reservoir.offer(fields);
  }

  /** Class of a text of a candidate: 1 left, 0 stayed, -1 where it says neither. */
  classOf({ labels }: TargetCandidate, text: string): number {
    const label = labels.get(labelKey(text, this.rules));
    return label === undefined ? -1 : classOfSide(label);
  }

  private count({ labels, sides }: TargetCandidate, text: string): number {
    const { missing } = this.rules;
    const key = labelKey(text, this.rules);
    const known = labels.get(key);
    if (known !== undefined) {
      known.rows++;
      return classOfSide(known);
    }
    if (key === '' || missing.has(key) || labels.size === MAX_LABELS) return -1;
    const label = { text: text.trim(), ...sides.of(text), rows: 1 };
    labels.set(key, label);
    return classOfSide(label);
  }
}

function classOfSide({ side }: SideOfLabel): number {
  return side === 'open' ? -1 : Number(side === 'left');
}

/** Positions of the columns whose names say "target", those that say it straight first. */
function candidatesOf(names: readonly string[], target: string | null): number[] {
  if (target !== null) return names.flatMap((name, column) => (name === target ? [column] : []));
  const named = names.map((name, column) => ({ column, name: targetName(name) }));
  const direct = named.filter(({ name }) => name === 'direct');
  const others = named.filter(({ name }) => name === 'indirect' || name === 'general');
  return [...direct, ...others].slice(0, MAX_CANDIDATES).map(({ column }) => column);
}

function within(value: number, low: number, high: number): number {
  return Math.floor(Math.min(high, Math.max(low, value)));
}
