/** Gives the values of a row that came by itself the names that the configuration has for them. */
import { TidewatchError } from '../../base/errors.ts';
import { quotedList } from '../../base/near-columns.ts';
import { quoted } from '../../base/shorten.ts';
import { allColumnsOf } from '../csv/columns-to-read.ts';
import type { TableContract } from './table-contract.ts';

/**
 * A function that renames the aliases of a row; names that are none stay as they are. Without aliases in the contract
 * the row itself comes back. Error `value-invalid` where a row has a column under two names.
 */
export function rowNamer(
  contract: TableContract,
): <Value>(row: Readonly<Record<string, Value>>) => Readonly<Record<string, Value>> {
  const aliases = new Map(
    allColumnsOf(contract).flatMap(({ name, aliases = [] }) => aliases.map((alias) => [alias, name])),
  );
  return (row) => {
    if (aliases.size === 0 || !Object.keys(row).some((key) => aliases.has(key))) return row;
    const from = new Map<string, string>();
    for (const key of Object.keys(row)) {
      const name = aliases.get(key) ?? key;
      const other = from.get(name);
      if (other !== undefined) throw twoNames(name, [other, key]);
      from.set(name, key);
    }
    return Object.fromEntries([...from].map(([name, key]) => [name, row[key]])) as typeof row;
  };
}

function twoNames(name: string, keys: readonly string[]): TidewatchError {
  return new TidewatchError(
    'value-invalid',
    `The row has ${quotedList(keys)}, which are both the column ${quoted(name)} (\`columns.aliases\` in config.json); give one of them.`,
    { details: { column: name, keys } },
  );
}
