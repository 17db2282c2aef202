/** Derives the contract of the data from the configuration. */
import { TidewatchError } from '../base/errors.ts';
import type { ColumnsConfig, Config } from '../config/schema.ts';
import { compileDateFormat } from '../core/values/date-format.ts';
import type { ContractColumn, Reading, TableContract } from './port.ts';

/** The contract of the rows of clients. */
export function contractOfConfig(
  config: Pick<Config, 'columns' | 'missing_values' | 'labels' | 'input'>,
): TableContract {
  return contractOf(config.columns, config.missing_values, config.labels.missing, config.input);
}

/**
 * The contract, with `labels` what becomes of rows without one; columns in the order of finaldata.csv. A column that the configuration names twice is read as its
 * first role says, and serves as value, segment, owner or time as well. Which columns cannot be both, the schema of the
 * configuration says.
 * @throws TidewatchError config-invalid for a format of dates that is none.
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
    if (dates !== undefined) checkFormat(name, dates);
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
export function columnOf(contract: TableContract, role: ContractColumn['role']): string | null {
  return contract.columns.find((column) => column.role === role || column.also?.includes(role))?.name ?? null;
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
