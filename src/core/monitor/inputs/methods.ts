/**
 * The drift methods: each compares the new rows of one column with the rows that the model was trained on. A record
 * says what a method answers and how that is shown; the comparison itself is its line in `compare-column.ts`. The
 * tables of the command, the page and the report, and the answer of the API, are made from this list. It imports
 * nothing, so that a web page can have it.
 */

export type ColumnKind = 'numeric' | 'categorical';

/** A number of an answer: a share lies in 0 to 1, rows are counted. */
export type AnswerField = 'number' | 'share' | 'rows';

/** What is promised of an answer: it is a number, or an object of numbers, which may hold more. */
export type AnswerShape = AnswerField | Readonly<Record<string, AnswerField>>;

type AnswerOf<Shape extends AnswerShape> = Shape extends AnswerField
  ? number
  : { readonly [Name in keyof Shape]: number };

/** What a method says of a column. */
export interface Reading {
  /** How far the new rows are from the reference, 0 where they are alike; beside `before` that of the new rows alone. */
  readonly value: number;
  /** Chance of as much where nothing has changed; null: the method has no test. */
  readonly pValue: number | null;
  /** The value of the reference, where that need not be 0. */
  readonly before?: number;
}

/** Where a table compares columns. */
export type Surface = 'command' | 'page' | 'report';

interface Shown {
  /** Methods of the same head share a column of the table: they are of columns of different kinds. */
  readonly head: string;
  readonly of: 'value' | 'pValue';
}

interface DriftMethod<Shape extends AnswerShape, Kind extends ColumnKind, Measure extends string | null> {
  readonly kinds: readonly Kind[];
  readonly answer: Shape;
  read(answer: AnswerOf<Shape>): Reading;
  readonly words: { readonly title: string; readonly meaning: string };
  /** How its value is written. */
  readonly unit: 'number' | 'share';
  /** Left out: it has no column there. */
  readonly shown: { readonly [At in Surface]?: Shown };
  /** The name by which its value is followed over time; null: it is not. */
  readonly measure: Measure;
}

type AnyMethod = DriftMethod<AnswerShape, ColumnKind, string | null>;

/** Keeps the literal types of a record. */
function method<
  const Shape extends AnswerShape,
  const Kind extends ColumnKind,
  const Measure extends string | null,
>(record: DriftMethod<Shape, Kind, Measure>): DriftMethod<Shape, Kind, Measure> {
  return Object.freeze(record);
}

const valueAs = (head: string): Shown => ({ head, of: 'value' });
const pValueAs = (head: string): Shown => ({ head, of: 'pValue' });

/** Every method by the name of its answer, in the order in which they are shown. An alarm gives its size in the first. */
export const DRIFT_METHODS = Object.freeze({
  psi: method({
    kinds: ['numeric', 'categorical'],
    answer: { value: 'number', corrected: 'number', p: 'number' },
    // Older checks have not corrected it.
    read: ({ value: plain, corrected = plain, p }) => ({ value: corrected, pValue: p }),
    words: {
      title: 'Population stability index',
      meaning: 'How far the shares of the values have moved, less what chance moves them.',
    },
    unit: 'number',
    shown: { command: valueAs('PSI'), page: valueAs('PSI'), report: valueAs('PSI') },
    measure: 'psi',
  }),
  jensenShannon: method({
    kinds: ['numeric', 'categorical'],
    answer: 'number',
    read: (distance) => ({ value: distance, pValue: null }),
    words: {
      title: 'Jensen-Shannon distance',
      meaning:
        'How far the shares of the values are apart: 0 where they are the same, 1 where they share none.',
    },
    unit: 'number',
    shown: { command: valueAs('JS'), page: valueAs('Jensen-Shannon') },
    measure: 'jensen-shannon',
  }),
  kolmogorovSmirnov: method({
    kinds: ['numeric'],
    answer: { value: 'number', p: 'number' },
    read: ({ value: distance, p }) => ({ value: distance, pValue: p }),
    words: {
      title: 'Kolmogorov-Smirnov distance',
      meaning: 'The largest gap between the shares of the rows up to a value.',
    },
    unit: 'number',
    shown: { command: pValueAs('KS or chi² p'), page: valueAs('KS distance') },
    measure: null,
  }),
  wasserstein: method({
    kinds: ['numeric'],
    answer: 'number',
    read: (distance) => ({ value: distance, pValue: null }),
    words: {
      title: 'Wasserstein distance',
      meaning: 'How far values have moved on average, in standard deviations of the reference.',
    },
    unit: 'number',
    shown: { command: valueAs('W1') },
    measure: null,
  }),
  chiSquare: method({
    kinds: ['categorical'],
    answer: { value: 'number', p: 'number' },
    read: ({ value: statistic, p }) => ({ value: statistic, pValue: p }),
    words: {
      title: 'Chi-square',
      meaning: 'How surely the shares of the levels are others, by the test of Pearson.',
    },
    unit: 'number',
    shown: { command: pValueAs('KS or chi² p') },
    measure: null,
  }),
  missing: method({
    kinds: ['numeric', 'categorical'],
    answer: { reference: 'share', current: 'share', p: 'share' },
    read: ({ reference, current, p }) => ({ value: current, pValue: p, before: reference }),
    words: { title: 'Missing', meaning: 'Share of the rows without a value.' },
    unit: 'share',
    shown: { command: valueAs('missing'), page: valueAs('Missing'), report: valueAs('Missing') },
    measure: null,
  }),
  outside: method({
    kinds: ['numeric'],
    answer: { below: 'share', above: 'share', p: 'share' },
    read: ({ below, above, p }) => ({ value: below + above, pValue: p }),
    words: {
      title: 'Outside the range',
      meaning: 'Share of the rows past the least or the greatest value of the reference.',
    },
    unit: 'share',
    shown: { command: valueAs('new') },
    measure: null,
  }),
  unseen: method({
    kinds: ['categorical'],
    answer: { rows: 'rows', share: 'share', p: 'share' },
    read: ({ share, p }) => ({ value: share, pValue: p }),
    words: {
      title: 'Unseen levels',
      meaning: 'Share of the rows with a level that the reference does not have.',
    },
    unit: 'share',
    shown: { command: valueAs('new'), page: valueAs('Unseen'), report: valueAs('Unseen') },
    measure: 'unseen-share',
  }),
});

export type DriftMethodName = keyof typeof DRIFT_METHODS;

export const DRIFT_METHOD_NAMES: readonly DriftMethodName[] = Object.freeze(
  Object.keys(DRIFT_METHODS) as DriftMethodName[],
);

/** What is promised of the answers on a column; null where a method does not apply to its kind or a side has no rows. */
export type DriftAnswers = {
  readonly [Name in DriftMethodName]: AnswerOf<(typeof DRIFT_METHODS)[Name]['answer']> | null;
};

export type Readings = { readonly [Name in DriftMethodName]: Reading | null };

/** Reads the answers on a column, also those of an older check: null where an answer or its value is not there. */
export function readingsOf(column: { readonly [Name in DriftMethodName]?: unknown }): Readings {
  const entries = DRIFT_METHOD_NAMES.map((name) => [name, readAnswer(name, column[name])]);
  return Object.fromEntries(entries) as Readings;
}

function readAnswer(name: DriftMethodName, answer: unknown): Reading | null {
  if (answer === null || answer === undefined) return null;
  const method = DRIFT_METHODS[name] as { read(answer: unknown): Reading };
  const { value, pValue, before } = method.read(answer);
  if (!isNumber(value)) return null;
  return { value, pValue: isNumber(pValue) ? pValue : null, ...(isNumber(before) ? { before } : {}) };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** A column of a table that compares columns of the data. */
export interface MethodColumn {
  readonly head: string;
  readonly unit: 'number' | 'share';
  /** By the first of its methods that has an answer; null: none has. `before`: that of the reference, where it is told. */
  cell(readings: Readings): { readonly number: number; readonly before: number | null } | null;
}

/** The columns that the methods have on a surface, in their order. */
export function methodColumns(surface: Surface): readonly MethodColumn[] {
  const shown = DRIFT_METHOD_NAMES.flatMap((name) => {
    const { shown: at, unit }: Pick<AnyMethod, 'shown' | 'unit'> = DRIFT_METHODS[name];
    return at[surface] === undefined ? [] : [{ name, unit, ...at[surface] }];
  });
  const heads = [...new Set(shown.map(({ head }) => head))];
  return heads.map((head): MethodColumn => {
    const methods = shown.filter((each) => each.head === head);
    return {
      head,
      unit: methods[0]?.unit ?? 'number',
      cell(readings) {
        for (const { name, of } of methods) {
          const reading = readings[name];
          const number = reading?.[of] ?? null;
          if (number !== null) return { number, before: of === 'value' ? (reading?.before ?? null) : null };
        }
        return null;
      },
    };
  });
}
