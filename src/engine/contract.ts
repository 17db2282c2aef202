/** Derives the contract of the data from the configuration. */
import type { ColumnsConfig } from '../config/schema.ts';
import type { ContractColumn, TableContract } from './port.ts';

/** The contract, columns in the order of finaldata.csv. A column of two roles keeps the first. */
export function contractOf(columns: ColumnsConfig, missingTexts: readonly string[]): TableContract {
  const found = new Map<string, ContractColumn>();
  const add = (name: string | null, role: ContractColumn['role']): void => {
    if (name !== null && !found.has(name)) found.set(name, { name, role });
  };
  add(columns.id, 'id');
  for (const name of columns.numeric) add(name, 'numeric');
  for (const name of columns.categorical) add(name, 'categorical');
  add(columns.value, 'value');
  add(columns.segment, 'segment');
  add(columns.owner, 'owner');
  add(columns.time, 'time');
  found.delete(columns.target);
  add(columns.target, 'target');
  return Object.freeze({
    columns: Object.freeze([...found.values()]),
    positive: columns.positive,
    negative: columns.negative ?? (columns.positive === '1' ? '0' : null),
    missingTexts,
  });
}

/** Name of the contract's one column of a role, or null. */
export function columnOf(contract: TableContract, role: ContractColumn['role']): string | null {
  return contract.columns.find((column) => column.role === role)?.name ?? null;
}
