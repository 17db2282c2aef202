/** Derives the contract of the data from the configuration. */

import { TidewatchError } from '../../base/errors.ts';
import { ownValue } from '../../base/own-value.ts';
import { labelsOf } from '../../config/label-conflicts.ts';
import type { ColumnsConfig, Config } from '../../config/schema.ts';
import { isMadeOfDates } from '../../core/derived/derived-column.ts';
import { derivedOfConfig } from '../../core/derived/derived-of-config.ts';
import { compileDateFormat } from '../../core/values/date-format.ts';
import { computedOf } from './computed-columns.ts';
import type { ContractColumn, Reading, TableContract } from './table-contract.ts';

/**
 * The contract of the rows of clients. `output`: absolute path of output_folder_path, from which columns are computed;
 * absent: the rows as files have them.
 */
export function contractOfConfig(
  config: Pick<Config, 'columns' | 'missing_values' | 'labels' | 'input' | 'tables'>,
  output?: string,
): TableContract {
  const contract = contractOf(config.columns, config.missing_values, config.labels.missing, config.input);
  const columns = computedOf(config.columns);
  if (output === undefined || columns.length === 0) return contract;
  return Object.freeze({ ...contract, computed: { columns, output, events: config.tables.events } });
}

/** The contract without the columns that are computed: what files have. */
export function filedContract({ computed: _, ...contract }: TableContract): TableContract {
  return contract;
}

/** The contract of the rows of events; null: there are none. */
export function eventsContractOf({
  tables,
  missing_values: missingTexts,
  input,
}: Pick<Config, 'tables' | 'missing_values' | 'input'>): TableContract | null {
  const { events } = tables;
  if (events === null) return null;
  const { id, time, type, amount, key } = events;
  const dates = ownValue(input.dates, time);
  if (dates !== undefined) checkFormat(time, dates);
  return Object.freeze({
    columns: Object.freeze([
      { name: id, role: 'id' as const },
      ...(amount === null ? [] : [{ name: amount, role: 'numeric' as const }]),
      ...(type === null ? [] : [{ name: type, role: 'categorical' as const }]),
      ...(key === null ? [] : [{ name: key, role: 'segment' as const }]),
      { name: time, role: 'time' as const, ...(dates !== undefined && { dates }) },
    ]),
    positive: '1',
    negative: '0',
    missingTexts,
    reading: readingOf(input),
  });
}

/**
 * The contract, with `labels` what becomes of rows without one; columns in the order of finaldata.csv. A column that the configuration names twice is read as its
 * first role says, and serves as value, segment, owner or time as well. Which columns cannot be both, the schema of the
 * configuration says.
 * @throws TidewatchError config-invalid for an invalid format of dates.
 */
export function contractOf(
  columns: ColumnsConfig,
  missingTexts: readonly string[],
  labels: Config['labels']['missing'] = 'quarantine',
  input?: Config['input'],
): TableContract {
  const found = new Map<string, ContractColumn>();
  const columnAs = (name: string, role: ContractColumn['role']): ContractColumn => {
    const range = ownValue(columns.ranges, name);
    const unit = ownValue(columns.units, name);
    const dates = ownValue(input?.dates, name);
    if (dates !== undefined) checkFormat(name, dates);
    const aliases = Object.keys(columns.aliases).filter((alias) => columns.aliases[alias] === name);
    return {
      name,
      role,
      ...(range && { range }),
      ...(unit !== undefined && { unit }),
      ...(dates !== undefined && { dates }),
      ...(aliases.length > 0 && { aliases }),
    };
  };
  const add = (name: string | null, role: ContractColumn['role']): void => {
    if (name !== null && !found.has(name)) found.set(name, columnAs(name, role));
  };
  add(columns.id, 'id');
  for (const name of columns.numeric) add(name, 'numeric');
  for (const [name, made] of Object.entries(columns.derived)) {
    const derived = derivedOfConfig(made, columns.time);
    if (derived !== null) found.set(name, { ...columnAs(name, 'numeric'), derived });
  }
  for (const name of columns.categorical) add(name, 'categorical');
  for (const purpose of ['value', 'segment', 'owner', 'time'] as const) {
    const known = found.get(columns[purpose] ?? '');
    if (known === undefined) add(columns[purpose], purpose);
    else found.set(known.name, { ...known, also: [...(known.also ?? []), purpose] });
  }
  add(columns.target, 'target');
  const all = [...found.values()];
  const raw = rawColumnsOf(all, columnAs);
  return Object.freeze({
    columns: Object.freeze(all),
    ...(raw.length > 0 && { raw: Object.freeze(raw) }),
    ...labelTexts(columns),
    missingTexts,
    ...(labels === 'keep' && { labels: 'optional' as const }),
    ...(input && { reading: readingOf(input) }),
  });
}

/** The columns that are read for the derived ones among `columns` and are none of them. */
export function rawColumnsOf(
  columns: readonly ContractColumn[],
  columnAs: (name: string, role: ContractColumn['role']) => ContractColumn = (name, role) => ({ name, role }),
): ContractColumn[] {
  const known = new Set(columns.map(({ name }) => name));
  const raw = new Map<string, ContractColumn>();
  for (const { derived } of columns) {
    for (const name of derived?.from ?? []) {
      if (!known.has(name))
        raw.set(name, columnAs(name, derived && isMadeOfDates(derived.kind) ? 'time' : 'numeric'));
    }
  }
  return [...raw.values()];
}

/** The columns of the contract that are read from files, those that are not kept last. */
export function readColumnsOf({
  columns,
  raw = [],
}: Pick<TableContract, 'columns' | 'raw'>): ContractColumn[] {
  return [...columns.filter(({ derived }) => derived === undefined), ...raw];
}

function checkFormat(column: string, format: string): void {
  try {
    compileDateFormat(format);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new TidewatchError('config-invalid', `config.json: input.dates.${column}: ${cause.message}.`, {
      details: { column, format },
      cause,
    });
  }
}

/** Name of the contract's column that has a role or serves it as well, or null. */
export function columnOf(
  { columns }: Pick<TableContract, 'columns'>,
  role: ContractColumn['role'],
): string | null {
  return columns.find((column) => column.role === role || column.also?.includes(role))?.name ?? null;
}

/** The first value of each side is the one that is written. */
function labelTexts({
  positive: left,
  negative: stayed,
  drop,
}: ColumnsConfig): Pick<TableContract, 'positive' | 'negative' | 'synonyms'> {
  const [positive, ...otherPositives] = labelsOf(left) as readonly [string, ...string[]];
  const [negative, ...otherNegatives] = stayed === null ? [] : labelsOf(stayed);
  const synonyms = { positive: otherPositives, negative: otherNegatives, open: drop };
  const hasSome = Object.values(synonyms).some((texts) => texts.length > 0);
  return {
    positive,
    negative: negative ?? (positive === '1' ? '0' : null),
    ...(hasSome && { synonyms }),
  };
}

function readingOf(input: Config['input']): Reading {
  const { delimiter, encoding, skip_lines, description_lines, decimal, thousands, sheet } = input;
  return {
    delimiter,
    encoding,
    skipLines: skip_lines,
    descriptionLines: description_lines,
    decimal,
    thousands,
    sheet,
  };
}
