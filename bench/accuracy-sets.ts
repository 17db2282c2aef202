/** The public sets of the comparison of accuracy, and how they are cut into rows to learn from and rows to test on. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom, permutation } from '../src/base/random.ts';

export interface AccuracySet {
  readonly name: string;
  /** Under ../shared/data; files of one header, joined. */
  readonly files: readonly string[];
  /** A comma unless given. */
  readonly separator?: string;
  readonly target: string;
  /** Values of the target; rows with another one have no outcome and are left out. */
  readonly positive: string;
  readonly negative: string;
  /** Keys, and what is known only once a client has left: no model is given these columns, whatever `init` says. */
  readonly drop: readonly string[];
  /** Whether choices of Tidewatch were looked at on this set; the others were kept for the end. */
  readonly tunedOn: boolean;
}

export const ACCURACY_SETS: readonly AccuracySet[] = [
  {
    name: 'telco',
    files: ['real/telco.csv'],
    target: 'Churn',
    positive: 'Yes',
    negative: 'No',
    drop: [],
    tunedOn: true,
  },
  {
    name: 'bank',
    files: ['real/Churn_Modelling.csv'],
    target: 'Exited',
    positive: '1',
    negative: '0',
    drop: ['RowNumber', 'CustomerId'],
    tunedOn: true,
  },
  {
    name: 'bigml',
    files: ['real/churn-bigml-80.csv', 'real/churn-bigml-20.csv'],
    target: 'Churn',
    positive: 'True',
    negative: 'False',
    drop: [],
    tunedOn: true,
  },
  {
    name: 'bank_records',
    files: ['public/bank_records.csv'],
    target: 'Exited',
    positive: 'True',
    negative: 'False',
    drop: ['RowNumber', 'CustomerId', 'Complain'],
    tunedOn: true,
  },
  {
    name: 'bank_marketing',
    files: ['public/bank_marketing.csv'],
    separator: ';',
    target: 'y',
    positive: 'yes',
    negative: 'no',
    drop: [],
    tunedOn: true,
  },
  {
    name: 'telecom_status',
    files: ['public/telecom_status.csv'],
    target: 'Customerstatus',
    positive: 'Churned',
    negative: 'Stayed',
    drop: ['Customerid', 'Churncategory', 'Churnreason'],
    tunedOn: true,
  },
  {
    name: 'online_shoppers',
    files: ['public/online_shoppers.csv'],
    target: 'Revenue',
    positive: 'TRUE',
    negative: 'FALSE',
    drop: [],
    tunedOn: false,
  },
  {
    name: 'cell2cell_part',
    files: ['public/cell2cell_part.csv'],
    target: 'Churn',
    positive: '1',
    negative: '0',
    drop: [],
    tunedOn: false,
  },
];

/** A set as lines of its files, so that a part of it is a file as its publisher wrote it. */
export interface AccuracyTable {
  readonly set: AccuracySet;
  readonly header: string;
  readonly columns: readonly string[];
  readonly lines: readonly string[];
  /** 1: left; one a line. */
  readonly labels: Float64Array;
}

/** Row numbers, in the order of the files. */
export interface Split {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

const FOLDS = 5;

/**
 * Reads a set; columns that no model may have are cut out, so that all are offered the same file.
 * The sets quote nothing that holds a separator or a line end.
 * @throws Error where the target is not among the columns.
 */
export function readAccuracySet(data: string, set: AccuracySet): AccuracyTable {
  const { files, separator = ',', target, positive, negative, drop } = set;
  const parts = files.map((file) =>
    readFileSync(join(data, file), 'utf8')
      .replace(/^\uFEFF/, '')
      .replaceAll('\r', '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(separator)),
  );
  const named = (parts[0]?.[0] ?? []).map((name) => name.replaceAll('"', '').trim());
  const place = named.indexOf(target);
  if (place < 0) throw new Error(`${set.name} has no column "${target}"; it has ${named.join(', ')}.`);
  const kept = named.flatMap((name, index) => (drop.includes(name) ? [] : [index]));
  const value = (row: readonly string[]) => (row[place] ?? '').replaceAll('"', '').trim();
  const rows = parts
    .flatMap((part) => part.slice(1))
    .filter((row) => [positive, negative].includes(value(row)));
  const line = (row: readonly string[]) => kept.map((index) => row[index] ?? '').join(separator);
  return {
    set,
    header: line(named),
    columns: kept.map((index) => named[index] ?? ''),
    lines: rows.map(line),
    labels: Float64Array.from(rows, (row) => (value(row) === positive ? 1 : 0)),
  };
}

/** Split number `split`: one of five stratified folds is the test (80/20); every five splits are shuffled anew. */
export function splitOf(labels: Float64Array, split: number): Split {
  const fold = split % FOLDS;
  return partition(labels, Math.floor(split / FOLDS), (position) => position % FOLDS === fold);
}

/** `rows` rows to learn from, stratified (one of each class at least), and all others to test on. */
export function sampleOf(labels: Float64Array, rows: number, draw: number): Split {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const wanted = Math.min(Math.max(1, Math.round((rows * positives) / labels.length)), rows - 1);
  return partition(
    labels,
    1000 + draw,
    (position, label) => position >= (label === 1 ? wanted : rows - wanted),
  );
}

/** Each class shuffled by itself, then told apart by the position of a row within its class. */
function partition(
  labels: Float64Array,
  seed: number,
  isTest: (position: number, label: number) => boolean,
): Split {
  const train: number[] = [];
  const test: number[] = [];
  for (const label of [0, 1]) {
    const rows = [...labels.keys()].filter((row) => labels[row] === label);
    permutation(rows.length, createRandom(seed, label)).forEach((from, position) => {
      (isTest(position, label) ? test : train).push(rows[from] ?? 0);
    });
  }
  return { train: Uint32Array.from(train).sort(), test: Uint32Array.from(test).sort() };
}

/** Writes FOLDER/{train,test}.csv, and returns the labels of the test rows. */
export function writeSplit(table: AccuracyTable, { train, test }: Split, folder: string): Float64Array {
  mkdirSync(folder, { recursive: true });
  for (const [name, rows] of [['train', train] as const, ['test', test] as const]) {
    const lines = Array.from(rows, (row) => table.lines[row] ?? '');
    writeFileSync(join(folder, `${name}.csv`), [table.header, ...lines, ''].join('\n'));
  }
  return Float64Array.from(test, (row) => table.labels[row] ?? Number.NaN);
}
