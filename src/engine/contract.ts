/** Derives the contract of the data from the configuration. */
import type { ColumnsConfig, Config } from '../config/schema.ts';
import type { ContractColumn, TableContract } from './port.ts';

/**
 * The contract, with `labels` what becomes of rows without one; columns in the order of finaldata.csv. A column that the configuration names twice is read as its
 * first role says, and serves as value, segment, owner or time as well. Which columns cannot be both, the schema of the
 * configuration says.
 */
export function contractOf(
  columns: ColumnsConfig,
  missingTexts: readonly string[],
  labels: Config['labels']['missing'] = 'quarantine',
): TableContract {
  const found = new Map<string, ContractColumn>();
  const add = (name: string | null, role: ContractColumn['role']): void => {
    if (name === null || found.has(name)) return;
    const range = columns.ranges[name];
    found.set(name, { name, role, ...(range && { range }) });
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
  });
}

/** Name of the contract's column that has a role or serves it as well, or null. */
export function columnOf(contract: TableContract, role: ContractColumn['role']): string | null {
  return contract.columns.find((column) => column.role === role || column.also?.includes(role))?.name ?? null;
}
