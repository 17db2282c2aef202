/** Which columns of `columns.derived` cannot be made: names that are taken, and raw columns that are of another kind. */
import type { ColumnConflict, ColumnUses } from './column-conflicts.ts';
import type { DerivedConfig } from './input-schema.ts';

export type DerivedUses = ColumnUses & { readonly derived: Readonly<Record<string, DerivedConfig>> };

const DATES = ['days_since', 'days_until', 'month'] as const;
const PAIRS = ['ratio', 'difference'] as const;

/** Every contradiction between a derived column and the others. */
export function derivedConflicts(columns: DerivedUses): ColumnConflict[] {
  return Object.entries(columns.derived).flatMap(([name, made]) =>
    faultsOf(columns, name, made).map((message) => ({ path: ['derived', name], message })),
  );
}

/** Names of the raw columns of numbers. */
export function rawNumbers(derived: DerivedUses['derived']): string[] {
  return Object.values(derived).flatMap(pairOf);
}

function faultsOf(columns: DerivedUses, name: string, made: DerivedConfig): string[] {
  const taken = keyOfUse(columns, name);
  if (taken !== null) {
    return [
      `has the name of a column that "${taken}" names already: give what is made of columns a name of its own`,
    ];
  }
  const dates = DATES.flatMap((key) => (key in made ? [(made as Record<string, string>)[key] ?? ''] : []));
  const pair = pairOf(made);
  return [
    ...timeFaults(columns, made),
    ...(pair.length > 0 && pair[0] === pair[1] ? [`takes "${pair[0]}" twice: name two columns`] : []),
    ...dates.flatMap((raw) => rawFaults(columns, raw, 'date')),
    ...[...new Set(pair)].flatMap((raw) => rawFaults(columns, raw, 'number')),
  ];
}

function pairOf(made: DerivedConfig): readonly string[] {
  return PAIRS.flatMap((key) =>
    key in made ? ((made as Record<string, readonly string[]>)[key] ?? []) : [],
  );
}

function timeFaults(columns: DerivedUses, made: DerivedConfig): string[] {
  const { time } = columns;
  const date = 'days_since' in made ? made.days_since : 'days_until' in made ? made.days_until : null;
  if (date === null) return [];
  if (time === null) {
    return ['counts days to or from the time of the row: name the column with that time as "columns.time"'];
  }
  const faults = rawFaults(columns, time, 'date');
  return faults.length > 0
    ? faults
    : date === time
      ? [`counts the days between "${time}" and itself, which are always 0`]
      : [];
}

function rawFaults(columns: DerivedUses, raw: string, kind: 'date' | 'number'): string[] {
  if (Object.hasOwn(columns.derived, raw)) {
    return [`is made of "${raw}", which is derived itself: name columns that files have`];
  }
  const use = keyOfUse(columns, raw);
  if (use === null) return [];
  if (use === 'columns.target') return [`is made of "${raw}", the target, which cannot be known beforehand`];
  const fitting = kind === 'date' ? ['columns.time'] : ['columns.numeric', 'columns.value'];
  if (fitting.includes(use)) return [];
  return [`is made of "${raw}", which "${use}" names; expected a column of ${kind}s`];
}

/** The key that names the column first, or null. */
function keyOfUse(columns: DerivedUses, name: string): string | null {
  const one = (['target', 'id', 'value', 'segment', 'owner', 'time'] as const).find(
    (use) => columns[use] === name,
  );
  const many = (['numeric', 'categorical'] as const).find((use) => columns[use].includes(name));
  const use = many ?? one;
  return use === undefined ? null : `columns.${use}`;
}
