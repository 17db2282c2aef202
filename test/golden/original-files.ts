/**
 * The input files of the original system, 36 rows to practise on, 26 that came later and 5 to test on, and the numbers
 * that its Python form (pandas, and scikit-learn's liblinear with its defaults) has of them. `converged_optimum` is
 * where that solver ends with a tolerance of 1e-10. The rows to practise on are values of original.json, so that they are
 * in every clone; the others are read where the original data lies, and tests of them say so where it does not.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PUBLIC_SETS_FOLDER } from '../public-sets.ts';
import original from './original.json' with { type: 'json' };

export type OriginalPath = (typeof ORIGINAL_FILES)['all_four' | 'test'][number];
type NumericColumn = 'lastmonth_activity' | 'lastyear_activity' | 'number_of_employees';
type Labelled = NumericColumn | 'exited';

/** Of one file: its rows, the type of each column, and counts; `dups` are rows that equal an earlier one. */
interface FileProfile {
  readonly rows: number;
  readonly cols: Readonly<Record<'corporation' | Labelled, string>>;
  readonly dups: number;
  readonly nulls: number;
  readonly exited: Readonly<Record<'0' | '1', number>>;
  readonly corp_unique: number;
  readonly min: Readonly<Record<Labelled, number>>;
  readonly max: Readonly<Record<Labelled, number>>;
  readonly lastmonth_gt_lastyear: number;
}

/** An optimum of the objective (log loss summed, half the squared coefficients) and the scores of its model. */
interface Optimum {
  readonly optimum_value: number;
  readonly optimum_coef: readonly number[];
  readonly optimum_intercept: number;
  readonly liblinear_value?: number;
  readonly test_pred: readonly number[];
  readonly test_f1: number;
  readonly f1_on_source: number;
  readonly f1_on_practice: number;
}

export interface ColumnStatistics {
  readonly mean: number;
  readonly median: number;
  readonly std_ddof1: number;
  readonly min: number;
  readonly max: number;
}

/** A model of the Python form, its scores, and the statistics of the rows that it was fitted to. */
export interface PythonModel {
  readonly class_balance: Readonly<Record<'0' | '1', number>>;
  readonly coef: Readonly<Record<NumericColumn, number>>;
  readonly intercept: number;
  readonly train_f1: number;
  readonly train_cm: readonly (readonly number[])[];
  readonly train_logloss: number;
  readonly test_pred: readonly number[];
  readonly test_proba1: readonly number[];
  readonly test_f1: number;
  readonly test_cm_rows_true_cols_pred: readonly (readonly number[])[];
  readonly stats: Readonly<Record<Labelled, ColumnStatistics>>;
  readonly na_percent: Readonly<Record<'corporation' | Labelled, number>>;
}

interface RowCounts {
  readonly rows_in: number;
  readonly rows_after_dedupe: number;
}

interface OriginalNumbers {
  readonly data_profile: Readonly<Record<OriginalFile, FileProfile>>;
  readonly converged_optimum: Readonly<
    Record<
      'practice' | 'source' | 'all_four',
      Readonly<Record<'objective_penalised_intercept' | 'objective_unpenalised_intercept', Optimum>>
    >
  >;
  /** By `model_<trained on>_on_<scored on>`. */
  readonly cross_scores: Readonly<Record<string, { f1: number; cm: number[][] }>>;
  readonly reference_implementation: {
    readonly practice: PythonModel & RowCounts;
    readonly fullprocess: RowCounts & {
      readonly new_model: PythonModel;
      readonly deployed_score_true: number;
      readonly old_model_on_new_data_f1: number;
      readonly old_model_on_new_data_cm: readonly (readonly number[])[];
      readonly drift_if_score_parsed_correctly_new_lt_deployed: boolean;
    };
  };
  readonly drift_rule: {
    readonly practice_model_on_source_f1: number;
    readonly latestscore: number;
    readonly drift: boolean;
  };
}

export const ORIGINAL_NUMBERS: OriginalNumbers = original.expected;

/** Files by what they are for; all_four is the practice and the source data. */
export const ORIGINAL_FILES = {
  practice: ['practicedata/dataset1.csv', 'practicedata/dataset2.csv'],
  source: ['sourcedata/dataset3.csv', 'sourcedata/dataset4.csv'],
  all_four: [
    'practicedata/dataset1.csv',
    'practicedata/dataset2.csv',
    'sourcedata/dataset3.csv',
    'sourcedata/dataset4.csv',
  ],
  test: ['testdata/testdata.csv'],
} as const;

export type OriginalName = keyof typeof ORIGINAL_FILES;

/** The file of each name, as the profiles call them. */
export const ORIGINAL_FILE_PATHS = {
  dataset1: 'practicedata/dataset1.csv',
  dataset2: 'practicedata/dataset2.csv',
  dataset3: 'sourcedata/dataset3.csv',
  dataset4: 'sourcedata/dataset4.csv',
  testdata: 'testdata/testdata.csv',
} as const;

type OriginalFile = keyof typeof ORIGINAL_FILE_PATHS;
export const ORIGINAL_FILE_NAMES = Object.keys(ORIGINAL_FILE_PATHS) as OriginalFile[];

/** Whether all files are here, and not the practice data alone. */
export const hasOriginalFiles = existsSync(join(PUBLIC_SETS_FOLDER, 'sourcedata'));

/** The title of a test of all files, which says why it is left out where it is. */
export function titleOfOriginalFiles(title: string): string {
  return hasOriginalFiles ? title : `${title} (left out: the original data is not in ${PUBLIC_SETS_FOLDER})`;
}

/** Those of these names whose files are here. */
export function originalsHere<Name extends string>(names: readonly Name[]): readonly Name[] {
  return hasOriginalFiles
    ? names
    : names.filter((name) => ['practice', 'practicedata', 'dataset1', 'dataset2'].includes(name));
}

/** The lines of a file, its header first. */
export function originalLines(path: OriginalPath): readonly string[] {
  const kept: Readonly<Record<string, readonly string[]>> = original.files;
  return kept[path] ?? readFileSync(join(PUBLIC_SETS_FOLDER, path), 'utf8').trimEnd().split(/\r?\n/);
}

/** The numbers of the distinct rows of the files of a name: three inputs, and whether the client left (1 or 0). */
export function originalRows(name: OriginalName): {
  readonly columns: readonly [Float64Array, Float64Array, Float64Array];
  readonly labels: Float64Array;
} {
  const lines = ORIGINAL_FILES[name].flatMap((path) => originalLines(path).slice(1));
  const rows = [...new Set(lines)].map((line) => line.split(',').slice(1).map(Number));
  const column = (index: number) => Float64Array.from(rows, (row) => row[index] ?? Number.NaN);
  return { columns: [column(0), column(1), column(2)], labels: column(3) };
}

/** Writes every file that is here under a folder: practicedata/, sourcedata/ and testdata/. */
export function writeOriginalFiles(folder: string): void {
  const paths = hasOriginalFiles ? Object.values(ORIGINAL_FILE_PATHS) : ORIGINAL_FILES.practice;
  for (const path of paths) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), `${originalLines(path).join('\n')}\n`);
  }
}
