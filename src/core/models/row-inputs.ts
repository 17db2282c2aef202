/** Reads one client, given by column name, as the inputs of a model. */
import { TidewatchError } from '../../base/errors.ts';
import { nearColumnsQuestion, quotedList } from '../../base/near-columns.ts';
import { quoted } from '../../base/shorten.ts';
import { canonicalText, numberAsText } from '../columns/canonical-text.ts';
import { LARGEST_NUMBER } from '../columns/number-limit.ts';
import type { ModelInput, SourceBatch, SourceColumn } from '../columns/source-column.ts';
import { type DerivedColumn, dayOf, derive, isMadeOfDates, rowTimeOf } from '../derived/derived-column.ts';
import { parseTimeText } from '../values/iso-time.ts';

type SourceValue = number | string | boolean | null | undefined;

/**
 * One client by column name; null is missing. Columns that the model does not read are passed over. Categories are
 * brought into their canonical form, and true and false are 1 and 0 where the model reads a number. An input that is
 * derived is made of its raw columns where the row has them, else taken as it is.
 */
export type SourceRow = Readonly<Record<string, SourceValue>>;

/**
 * The row as a batch of one. `now` is the time of a row that does not tell it, where something is derived of it;
 * without `now` such a row lacks a column. Errors: `column-missing` where the row lacks an input and what it is derived of, `value-invalid` where
 * a value is of the wrong type.
 */
export function readRow(inputs: readonly ModelInput[], row: SourceRow, now: Date | null): SourceBatch {
  return { rows: 1, columns: inputs.map((input) => columnOf(input, inputs, row, now)) };
}

function columnOf(
  input: ModelInput,
  inputs: readonly ModelInput[],
  row: SourceRow,
  now: Date | null,
): SourceColumn {
  const { name, derived } = input;
  const value = valueIn(row, name);
  if (derived !== undefined) {
    const time = rowTimeOf(derived);
    const hasAll = derived.from.every((raw) => valueIn(row, raw) !== undefined);
    const hasDates = derived.from.every((raw) => raw === time || valueIn(row, raw) !== undefined);
    if (hasAll || (value === undefined && now !== null && hasDates))
      return numbersOf(madeOf(name, derived, row, now));
  }
  if (value === undefined) throw lacksInputs(row, inputs, now);
  if (input.kind === 'numeric') return numbersOf(numberOf(name, value));
  const text = canonicalText(typeof value === 'number' ? numberAsText(value) : String(value ?? ''));
  return { kind: 'text', values: [text === '' ? null : text] };
}

function numbersOf(value: number): SourceColumn {
  return { kind: 'numeric', values: Float64Array.of(value) };
}

/** undefined: the row does not have it. */
function valueIn(row: SourceRow, name: string): SourceValue {
  return Object.hasOwn(row, name) ? row[name] : undefined;
}

function madeOf(name: string, derived: DerivedColumn, row: SourceRow, now: Date | null): number {
  const raw = derived.from.map((column) => {
    const value = valueIn(row, column);
    if (!isMadeOfDates(derived.kind)) return numberOf(column, value ?? null);
    return value === undefined && now !== null ? dayOf(now.getTime()) : dateOf(column, value ?? null);
  });
  const value = derive(derived.kind, raw);
  if (!(Math.abs(value) > LARGEST_NUMBER)) return value;
  throw new TidewatchError(
    'value-invalid',
    `Column ${name} of the row, made of ${derived.from.join(' and ')}, is ${value}: expected a number from ` +
      `-${LARGEST_NUMBER} to ${LARGEST_NUMBER}.`,
    { details: { column: name } },
  );
}

/** The day of a date; NaN where it is missing. */
function dateOf(name: string, value: NonNullable<SourceValue> | null): number {
  const text = typeof value === 'string' ? value.trim() : value;
  if (text === null || text === '') return Number.NaN;
  const time = typeof text === 'string' ? parseTimeText(text) : Number.NaN;
  if (!Number.isNaN(time)) return dayOf(time);
  throw new TidewatchError(
    'value-invalid',
    `Column ${name} of the row is ${typeof value === 'string' ? quoted(value) : value}: expected a time such as ` +
      '"2024-01-31" or "2024-01-31T09:30:00Z", or null where it is missing.',
    { details: { column: name } },
  );
}

function numberOf(name: string, value: NonNullable<SourceValue> | null): number {
  if (typeof value !== 'string' && !(Math.abs(Number(value)) > LARGEST_NUMBER)) {
    return Number(value ?? Number.NaN);
  }
  const got =
    typeof value === 'string' ? quoted(value) : Number.isFinite(value) ? value : 'too large for a number';
  throw new TidewatchError(
    'value-invalid',
    `Column ${name} of the row is ${got}: expected a finite number from -${LARGEST_NUMBER} to ` +
      `${LARGEST_NUMBER}, or null where it is missing.`,
    { details: { column: name } },
  );
}

/** The columns that a row needs: of an input that is derived its raw ones, unless the row has it. */
function lacksInputs(row: SourceRow, inputs: readonly ModelInput[], now: Date | null): TidewatchError {
  const read = new Set(
    inputs.flatMap(({ name, derived }) => {
      if (derived === undefined || valueIn(row, name) !== undefined) return [name];
      const time = now === null ? null : rowTimeOf(derived);
      return derived.from.filter((raw) => raw !== time);
    }),
  );
  const absent = [...read].filter((name) => valueIn(row, name) === undefined);
  const question = nearColumnsQuestion(
    absent,
    Object.keys(row).filter((key) => !read.has(key)),
  );
  const [them, values] = absent.length > 1 ? ['columns', 'their values'] : ['column', 'its value'];
  return new TidewatchError(
    'column-missing',
    `The row has no ${them} ${quotedList(absent)}, which the model reads${question === null ? ': give' : `; ${question} Give`} ` +
      `${values}, or null where ${absent.length > 1 ? 'they are' : 'it is'} missing.`,
    { details: { column: absent[0], columns: absent } },
  );
}
