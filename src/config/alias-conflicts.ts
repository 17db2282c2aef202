/** Which aliases of columns cannot be: names of other columns, or of columns that there are none of. */
import { nearestName } from '../base/nearest.ts';
import type { ColumnConflict, ColumnUses } from './column-conflicts.ts';

/** The parts of `columns` that say which columns files have. */
export interface NamedColumns extends ColumnUses {
  readonly aliases: Readonly<Record<string, string>>;
  readonly derived: Readonly<Record<string, object>>;
}

/** For each alias that cannot be, why. An alias stands for one column that files have, and is the name of none. */
export function aliasConflicts(columns: NamedColumns): ColumnConflict[] {
  const keys = keysOf(columns);
  return Object.entries(columns.aliases).flatMap(([alias, name]) => {
    const why = aliasFault(alias, name, columns, keys);
    return why === null ? [] : [{ path: ['aliases', alias], message: why }];
  });
}

function aliasFault(
  alias: string,
  name: string,
  { derived }: NamedColumns,
  keys: ReadonlyMap<string, string>,
): string | null {
  const own = keys.get(alias);
  if (own !== undefined) {
    return `"${alias}" is a column itself, by "columns.${own}", so it cannot stand for "${name}": take one of the two out`;
  }
  if (Object.hasOwn(derived, name)) {
    return `stands for "${name}", which "columns.derived" makes of other columns, so no file has it: name one of those`;
  }
  if (keys.has(name)) return null;
  const near = nearestName(name, [...keys.keys()]);
  const known = [...keys.keys()].slice(0, 20).join(', ');
  return `stands for "${name}", which no other key of "columns" names; ${near === null ? `there are ${known}` : `did you mean "${near}"?`}`;
}

/** Every column that files have or that is made, with the key below `columns` that names it. */
function keysOf(columns: NamedColumns): Map<string, string> {
  const keys = new Map<string, string>();
  const add = (key: string, names: readonly (string | null)[]): void => {
    for (const name of names) if (name !== null && !keys.has(name)) keys.set(name, key);
  };
  for (const use of ['target', 'id', 'value', 'segment', 'owner', 'time'] as const) add(use, [columns[use]]);
  add('numeric', columns.numeric);
  add('categorical', columns.categorical);
  for (const [name, made] of Object.entries(columns.derived)) {
    add('derived', [name]);
    add(`derived.${name}`, sourcesOf(made));
  }
  return keys;
}

/** Columns of files that a derived one is made of; those of events are of other files. */
function sourcesOf(made: object): string[] {
  if ('events' in made) return [];
  return Object.values(made)
    .flat()
    .filter((part) => typeof part === 'string');
}
