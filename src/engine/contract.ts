/** Derives the contract of the data from the configuration. */
import { TidewatchError } from '../base/errors.ts';
import type { ColumnsConfig, Config } from '../config/schema.ts';
import type { ContractColumn, TableContract } from './port.ts';

type Purpose = 'value' | 'segment' | 'owner' | 'time';

/**
 * The contract, with `labels` what becomes of rows without one; columns in the order of finaldata.csv. A column that the configuration names twice is read as its
 * first role says, and serves as value, segment, owner or time as well. Error `config-invalid` where value or time
 * names a column whose role makes it a text.
 */
export function contractOf(
  columns: ColumnsConfig,
  missingTexts: readonly string[],
  labels: Config['labels']['missing'] = 'quarantine',
): TableContract {
  const found = new Map<string, ContractColumn>();
  const add = (name: string | null, role: ContractColumn['role']): void => {
    if (name !== null && !found.has(name)) found.set(name, { name, role });
  };
  add(columns.id, 'id');
  for (const name of columns.numeric) add(name, 'numeric');
  for (const name of columns.categorical) add(name, 'categorical');
  for (const purpose of ['value', 'segment', 'owner', 'time'] as const) {
    const known = found.get(columns[purpose] ?? '');
    if (known === undefined) add(columns[purpose], purpose);
    else found.set(known.name, { ...known, also: [...(known.also ?? []), checkPurpose(purpose, known)] });
  }
  found.delete(columns.target);
  add(columns.target, 'target');
  return Object.freeze({
    columns: Object.freeze([...found.values()]),
    positive: columns.positive,
    negative: columns.negative ?? (columns.positive === '1' ? '0' : null),
    missingTexts,
    ...(labels === 'keep' && { labels: 'optional' as const }),
  });
}

/** The purpose, where the column can serve it. */
function checkPurpose(purpose: Purpose, { name, role }: ContractColumn): Purpose {
  const fits = role === 'numeric' || role === 'value' || purpose === 'segment' || purpose === 'owner';
  if (fits) return purpose;
  throw new TidewatchError(
    'config-invalid',
    `"columns.${purpose}" in config.json is "${name}", which is the ${role} column too and so read as text; ` +
      `expected ${purpose === 'value' ? 'a column of numbers' : 'a column of times'}. Name it once.`,
    { details: { key: `columns.${purpose}`, column: name, role } },
  );
}

/** Name of the contract's column that has a role or serves it as well, or null. */
export function columnOf(contract: TableContract, role: ContractColumn['role']): string | null {
  return contract.columns.find((column) => column.role === role || column.also?.includes(role))?.name ?? null;
}
