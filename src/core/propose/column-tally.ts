/** What one pass over a column keeps of it, in memory that does not grow with the rows. */
import { isShortenedId } from '../clients/client-id.ts';
import { hashText } from '../values/hash-text.ts';
import { ALL_FORMS, formsOf } from './date-forms.ts';
import { DistinctSketch } from './distinct-sketch.ts';
import { LevelSample } from './level-sample.ts';

/** How texts are read: the same rules by which the data is read later. */
export interface TextRules {
  /**
   * Texts that mean "missing" where a column is one of numbers. A client may be called "null", so elsewhere
   * only the empty text is missing.
   */
  readonly missing: ReadonlySet<string>;
  /** The number that a text stands for, or NaN. */
  readonly parseNumber: (text: string) => number;
  /** Whether a text is a time in ISO 8601. */
  readonly isTime: (text: string) => boolean;
}

/** One value of a column, with the rows that have it. */
export interface ValueCount {
  readonly text: string;
  rows: number;
  /** For each candidate target, the rows of its first and of its second value: two entries a candidate. */
  readonly byClass: number[];
  /** NaN where the text is no number. */
  readonly number: number;
  readonly isTime: boolean;
}

const INTEGER_LIKE = /^-?\d+(?:\.0*)?$/;
const LEADING_ZERO = /^0\d+$/;
const ZERO = 48;

/** Rows of unknown texts, in maps' worth, after which a column is taken to have no end of them. */
const ENDLESS = 4;
/** Share of the rows that a value of such a column must have to be counted on. */
const FREQUENT = 0.01;
/** Values of such a column whose rows are all counted. */
const MAX_SAMPLED_LEVELS = 4096;

/**
 * Counts of a column. `values` holds the first `maxValues` distinct texts that were met; beyond them a sketch
 * counts the distinct ones. Of a column that goes on and on, as ids and measurements do, only the frequent values
 * are kept: to look up every text in a large map would take most of the time.
 */
export class ColumnTally {
  rows = 0;
  /** Rows whose text is empty or blank. */
  empty = 0;
  /** Rows by text of those that mean "missing" among numbers, and are values elsewhere. */
  readonly missingTexts = new Map<string, number>();
  /** Empty rows, by the classes of the candidates, as in `ValueCount.byClass`. */
  readonly missingByClass: number[];
  numbers = 0;
  times = 0;
  integers = true;
  /** Whether a whole number begins with a zero that it does not need, as codes do: "00775", and not "00775.65". */
  leadingZeros = false;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  sum = 0;
  characters = 0;
  /** Whether a value has white space inside. */
  spaced = false;
  /** Whether a value has an @ inside, as addresses of electronic mail do. */
  addressed = false;
  /** Characters of the shortest and of the longest value. */
  shortest = Number.POSITIVE_INFINITY;
  longest = 0;
  /** Forms of dates in which every value is one (date-forms.ts); all of them before the first value. */
  dateForms = ALL_FORMS;
  /** Whether each value so far was the one before it plus 1. */
  counter = true;
  readonly values = new Map<string, ValueCount>();
  /** The first few texts, where they were dropped from `values`. */
  firstTexts: readonly string[] = [];
  /** Rows with what a spreadsheet makes of a long number ("1.00006E+11"), and the first such text. */
  shortened = 0;
  firstShortened = '';
  /** Texts that are neither missing nor numbers, the first few that differ. */
  readonly oddTexts = new Map<string, number>();

  private previous = Number.NaN;
  private unknown = 0;
  /** By candidate, whether a value that was dropped had rows of both classes. */
  private readonly droppedMixed: boolean[];
  private sketch: DistinctSketch | null = null;
  private someLevels: LevelSample<ValueCount> | null = null;
  private readonly rules: TextRules;
  private readonly onText: (text: string) => void;
  private readonly maxValues: number;
  private readonly candidates: number;

  /** @param onText is told of every text that is not among `values`, trimmed and not empty. */
  constructor(
    rules: TextRules,
    maxValues: number,
    candidates: number,
    onText: (text: string) => void = () => {},
  ) {
    this.rules = rules;
    this.onText = onText;
    this.maxValues = maxValues;
    this.candidates = candidates;
    this.missingByClass = noCounts(candidates);
    this.droppedMixed = new Array<boolean>(candidates).fill(false);
  }

  /** Adds a row's text, white space around it taken off. `classes`: for each candidate target 0 or 1, or -1 where the row has neither value. */
  add(text: string, classes: readonly number[]): void {
    this.rows++;
    this.count(text, classes);
  }

  private count(text: string, classes: readonly number[]): void {
    const known = this.values.get(text);
    if (known !== undefined) {
      countRow(known, classes);
      this.note(text, known.number, known.isTime);
      return;
    }
    const trimmed = text.trim();
    if (trimmed === '') {
      this.empty++;
      this.counter = false;
      countClasses(this.missingByClass, classes);
      return;
    }
    if (trimmed.length !== text.length) {
      this.count(trimmed, classes);
      return;
    }
    this.onText(text);
    const number = this.rules.parseNumber(text);
    const isTime = Number.isNaN(number) && this.rules.isTime(text);
    const one = (): ValueCount => ({ text, rows: 0, byClass: noCounts(this.candidates), number, isTime });
    if (this.sketch === null && this.values.size < this.maxValues) {
      this.values.set(text, countRow(one(), classes));
    } else this.addUnknown(text, classes, one);
    this.meet(text);
    this.note(text, number, isTime);
  }

  /** Distinct texts that are not empty: exact up to `maxValues`, else within some two percent. */
  get distinct(): number {
    if (this.sketch === null) return this.values.size;
    const estimate = Math.max(Math.round(this.sketch.estimate()), this.maxValues + 1);
    return Math.min(estimate, this.rows - this.empty);
  }

  /** Whether `distinct` and `values` are complete. */
  get complete(): boolean {
    return this.sketch === null;
  }

  /** All values with all their rows, or where these are too many, those of a random part of the values. */
  levels(): readonly ValueCount[] {
    return this.someLevels === null ? [...this.values.values()] : this.someLevels.values();
  }

  /** Whether a value among those that were looked up had rows of both classes of a candidate. */
  isMixed(candidate: number): boolean {
    if (this.droppedMixed[candidate] === true) return true;
    return [...this.values.values()].some((value) => hasBoth(value, candidate));
  }

  private addUnknown(text: string, classes: readonly number[], one: () => ValueCount): void {
    const hash = hashText(text);
    this.sketchOf().add(hash);
    this.someLevels?.add(text, hash, one, (value) => countRow(value, classes));
    this.unknown++;
    if (this.unknown === ENDLESS * this.maxValues) this.dropRareValues();
  }

  private dropRareValues(): void {
    this.firstTexts = [...this.values.keys()].slice(0, 3);
    for (let k = 0; k < this.candidates; k++) this.droppedMixed[k] = this.isMixed(k);
    for (const [text, { rows }] of this.values) if (rows < FREQUENT * this.rows) this.values.delete(text);
  }

  /** What a value shows that is the same for each of its rows. */
  private meet(text: string): void {
    if (this.rules.missing.has(text)) return;
    this.dateForms = formsOf(text, this.dateForms);
    this.spaced ||= /\s/.test(text);
    this.addressed ||= text.includes('@');
    if (text.length < this.shortest) this.shortest = text.length;
    if (text.length > this.longest) this.longest = text.length;
  }

  private note(text: string, number: number, isTime: boolean): void {
    this.characters += text.length;
    if (text.includes('+')) this.noteShortened(text);
    if (isTime) this.times++;
    if (Number.isFinite(number)) this.noteNumber(text, number);
    else {
      this.counter = false;
      if (this.rules.missing.has(text)) {
        this.missingTexts.set(text, (this.missingTexts.get(text) ?? 0) + 1);
      } else if (this.oddTexts.size < 20 || this.oddTexts.has(text)) {
        this.oddTexts.set(text, (this.oddTexts.get(text) ?? 0) + 1);
      }
    }
  }

  private noteShortened(text: string): void {
    if (!isShortenedId(text)) return;
    if (this.shortened === 0) this.firstShortened = text;
    this.shortened++;
  }

  private noteNumber(text: string, number: number): void {
    this.numbers++;
    this.sum += number;
    if (number < this.min) this.min = number;
    if (number > this.max) this.max = number;
    if (this.integers && !INTEGER_LIKE.test(text)) this.integers = false;
    if (!this.leadingZeros && text.charCodeAt(0) === ZERO && LEADING_ZERO.test(text))
      this.leadingZeros = true;
    if (this.counter && !Number.isNaN(this.previous) && number !== this.previous + 1) this.counter = false;
    this.previous = number;
  }

  private sketchOf(): DistinctSketch {
    if (this.sketch === null) {
      this.sketch = new DistinctSketch();
      this.someLevels = new LevelSample(Math.min(this.maxValues, MAX_SAMPLED_LEVELS));
      // Shared with `values`, so that a row of a value that is still looked up there counts in both.
      for (const [text, value] of this.values) {
        const hash = hashText(text);
        this.sketch.add(hash);
        this.someLevels.add(text, hash, () => value);
      }
    }
    return this.sketch;
  }
}

function countRow(value: ValueCount, classes: readonly number[]): ValueCount {
  value.rows++;
  countClasses(value.byClass, classes);
  return value;
}

function hasBoth({ byClass }: ValueCount, candidate: number): boolean {
  return (byClass[2 * candidate] as number) > 0 && (byClass[2 * candidate + 1] as number) > 0;
}

function noCounts(candidates: number): number[] {
  return new Array<number>(2 * candidates).fill(0);
}

function countClasses(counts: number[], classes: readonly number[]): void {
  for (let k = 0; k < classes.length; k++) {
    const which = classes[k] as number;
    if (which >= 0) counts[2 * k + which] = (counts[2 * k + which] as number) + 1;
  }
}
