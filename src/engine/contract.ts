/** Derives the contract of the data from the configuration. */
import type { ColumnsConfig, Config } from '../config/schema.ts';
import { computedOf } from './computed-columns.ts';
import type { ContractColumn, Reading, TableContract } from './port.ts';

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
  return Object.freeze({
    columns: Object.freeze([
      { name: id, role: 'id' as const },
      ...(amount === null ? [] : [{ name: amount, role: 'numeric' as const }]),
      ...(type === null ? [] : [{ name: type, role: 'categorical' as const }]),
      ...(key === null ? [] : [{ name: key, role: 'segment' as const }]),
      { name: time, role: 'time' as const },
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
 */
export function contractOf(
  columns: ColumnsConfig,
  missingTexts: readonly string[],
  labels: Config['labels']['missing'] = 'quarantine',
  input?: Config['input'],
): TableContract {
  const found = new Map<string, ContractColumn>();
  const add = (name: string | null, role: ContractColumn['role']): void => {
    if (name === null || found.has(name)) return;
    const range = columns.ranges[name];
    const unit = columns.units[name];
    const dates = input?.dates[name];
    const aliases = Object.keys(columns.aliases).filter((alias) => columns.aliases[alias] === name);
    found.set(name, {
      name,
      role,
      ...(range && { range }),
      ...(unit !== undefined && { unit }),
      ...(dates !== undefined && { dates }),
      ...(aliases.length > 0 && { aliases }),
    });
  };
  add(columns.id, 'id');
  for (const name of columns.numeric) add(name, 'numeric');
  for (const name of columns.categorical) add(name, 'categorical');
  for (const purpose of ['value', 'segment', 'owner', 'time'] as const) {
    const known = found.get(columns[purpose] ?? '');
    if (known === undefined) add(columns[purpose], purpose);
    else found.set(known.name, { ...known, also: [...(known.also ?? []), purpose] });
  }
  add(columns.target, 'target');
  return Object.freeze({
    columns: Object.freeze([...found.values()]),
    positive: columns.positive,
    negative: columns.negative ?? (columns.positive === '1' ? '0' : null),
    missingTexts,
    ...(labels === 'keep' && { labels: 'optional' as const }),
    ...(input && { reading: readingOf(input) }),
  });
}

/** Name of the contract's column that has a role or serves it as well, or null. */
export function columnOf(
  { columns }: Pick<TableContract, 'columns'>,
  role: ContractColumn['role'],
): string | null {
  return columns.find((column) => column.role === role || column.also?.includes(role))?.name ?? null;
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
