/** Scores a model over a table: the probability of every row, and its label where the table has one. */
import { TidewatchError } from '../../base/errors.ts';
import type { ModelInput, SourceBatch, SourceColumn } from '../../core/columns/source-column.ts';
import { derivedWords, isSameDerived } from '../../core/derived/derived-column.ts';
import type { Scorer } from '../../core/scoring/scorer.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import type { TableContract } from '../../formats/contract/table-contract.ts';
import type { Table } from '../port.ts';
import { scoreInto } from './client-scorers.ts';

export interface ScoredTable {
  /** One a row, in the table's order. */
  readonly probabilities: Float64Array;
  /** 1, 0, or NaN where the row has no label; all NaN without `labels`. */
  readonly labels: Float64Array;
  /** Money at stake, one a row, NaN where not known; null where it was not asked for or the table does not tell. */
  readonly values: Float64Array | null;
}

/** Streams the table once; `onRows` is told how many rows are scored. Errors: `column-missing` where it lacks an input of the model. */
export async function scoreTable(
  table: Table,
  scorer: Scorer,
  options: {
    readonly labels: boolean;
    readonly values?: boolean;
    /** The scorer of a row, where not all are scored by one: fold models, for clients that were trained on. */
    readonly scorerOf?: ((row: number) => Scorer) | undefined;
    readonly onRows?: (done: number) => void;
    /** Is given the inputs of the model, batch by batch. */
    readonly onInputs?: (batch: SourceBatch) => void;
  },
): Promise<ScoredTable> {
  const names = scorer.inputs.map((input) => input.name);
  checkInputs(table, scorer.inputs);
  const target = options.labels ? columnOf(table.contract, 'target') : null;
  const value = options.values === true ? columnOf(table.contract, 'value') : null;
  const extras = [target, value].filter((name) => name !== null);
  const probabilities = new Float64Array(table.rows);
  const labels = new Float64Array(table.rows).fill(Number.NaN);
  const values = value === null ? null : new Float64Array(table.rows).fill(Number.NaN);
  for await (const batch of table.stream([...names, ...extras])) {
    const columns = batch.columns.slice(0, names.length);
    const end = batch.offset + batch.rows;
    const inputs = { rows: batch.rows, columns };
    const { scorerOf } = options;
    if (scorerOf === undefined) scorer.probabilityInto(inputs, probabilities.subarray(batch.offset, end));
    else {
      const rows = Uint32Array.from({ length: batch.rows }, (_, row) => batch.offset + row);
      scoreInto({ scorerOf }, inputs, rows, probabilities);
    }
    options.onInputs?.(inputs);
    const rest = batch.columns.slice(names.length);
    if (target !== null) copyNumbers(rest[0], labels, batch.offset);
    if (values !== null) copyNumbers(rest.at(-1), values, batch.offset);
    options.onRows?.(end);
  }
  return { probabilities, labels, values };
}

function copyNumbers(column: SourceColumn | undefined, into: Float64Array, offset: number): void {
  if (column?.kind === 'numeric') into.set(column.values, offset);
}

/** Error `column-missing` where the table's contract lacks one of the columns that the model reads, or makes it otherwise. */
export function checkInputs({ contract }: Pick<Table, 'contract'>, inputs: readonly ModelInput[]): void {
  const { absent, otherwise } = unfitInputs(contract, inputs);
  const columns = [...absent, ...otherwise];
  if (columns.length === 0) return;
  const what = absent.length > 0 ? 'no longer names as features' : 'makes of other columns now';
  const how = absent.length > 0 ? 'Name them under "columns"' : 'Make them as before under "columns.derived"';
  throw new TidewatchError(
    'column-missing',
    `The model reads ${columns.map(({ name, derived }) => name + madeText(derived)).join(', ')}, which the configuration ${what}. ` +
      `${how} in config.json again, or train a new model.`,
    { details: { columns: columns.map(({ name }) => name) } },
  );
}

function madeText(derived: ModelInput['derived']): string {
  return derived === undefined ? '' : ` (${derivedWords(derived)})`;
}

/** The inputs that the contract does not have, and those that it makes otherwise than the model does. */
export function unfitInputs(
  { columns, computed }: Pick<TableContract, 'columns' | 'computed'>,
  inputs: readonly ModelInput[],
): { readonly absent: readonly ModelInput[]; readonly otherwise: readonly ModelInput[] } {
  const known = new Map(
    [...columns, ...(computed?.columns ?? [])].map((column) => [
      column.name,
      'derived' in column ? column.derived : undefined,
    ]),
  );
  const present = inputs.filter(({ name }) => known.has(name));
  return {
    absent: inputs.filter(({ name }) => !known.has(name)),
    otherwise: present.filter(({ name, derived }) => !isSameDerived(known.get(name), derived)),
  };
}
