/** What is wrong with columns that are computed from events and earlier rows, and with the table of events. */
import type { z } from 'zod';
import type { ColumnUses } from './column-conflicts.ts';
import type { derivedSchema, tablesSchema } from './input-schema.ts';

export interface EventConflict {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

interface Judged {
  readonly columns: ColumnUses & {
    readonly derived: Readonly<Record<string, z.output<typeof derivedSchema>>>;
  };
  readonly tables: z.output<typeof tablesSchema>;
  readonly sources: readonly { readonly name: string }[];
}

/** Every contradiction, with the key that it is said of. */
export function eventConflicts(config: Judged): EventConflict[] {
  return [...tableConflicts(config), ...derivedConflicts(config)];
}

function tableConflicts({ tables, sources, columns }: Judged): EventConflict[] {
  const { events } = tables;
  if (events === null) return [];
  const found: EventConflict[] = [];
  const say = (key: string, message: string) => found.push({ path: ['tables', 'events', key], message });
  if (events.source !== null && !sources.some(({ name }) => name === events.source)) {
    say('source', `"${events.source}" is none of "sources": add it there`);
  }
  if (columns.id === null) say('id', 'events are of clients: give "columns.id" as well');
  if (columns.time === null) say('time', 'events count up to the time of a row: give "columns.time" as well');
  const uses = (['id', 'time', 'type', 'amount', 'key'] as const).flatMap((key) => {
    const name = events[key];
    return name === null ? [] : [{ key, name }];
  });
  for (const [at, { key, name }] of uses.entries()) {
    const first = uses.slice(0, at).find((other) => other.name === name);
    if (first !== undefined)
      say(key, `names "${name}", as "tables.events.${first.key}" does; a column is one of them`);
  }
  return found;
}

function derivedConflicts({ columns, tables }: Judged): EventConflict[] {
  const { events } = tables;
  return Object.entries(columns.derived).flatMap(([name, made]): EventConflict[] => {
    const say = (message: string): EventConflict[] => [{ path: ['columns', 'derived', name], message }];
    if (!('events' in made) && !('change' in made)) return [];
    const taken = namesOf(columns).includes(name);
    if (taken) return say(`"${name}" is a column of the files already: give it another name`);
    if (columns.id === null)
      return say('it looks at what came before of the same client: give "columns.id" as well');
    if (columns.time === null)
      return say('it looks at what came before the time of a row: give "columns.time" as well');
    if (columns.numeric.includes(columns.time) || columns.value === columns.time) {
      return say(
        `"${columns.time}" (columns.time) is read as a number, whose unit nobody knows: name a column of times`,
      );
    }
    if ('change' in made) {
      const isNumber = columns.numeric.includes(made.change) || columns.value === made.change;
      return isNumber ? [] : say(`"${made.change}" is no column of numbers: name one of "columns.numeric"`);
    }
    if (events === null) return say('there are no events: give "tables.events" as well');
    if (made.type !== null && events.type === null) {
      return say(`it counts events of the type "${made.type}": name their column in "tables.events.type"`);
    }
    if (made.events === 'sum' && events.amount === null) {
      return say('it sums amounts: name their column in "tables.events.amount"');
    }
    return [];
  });
}

function namesOf(columns: ColumnUses): (string | null)[] {
  const { id, target, value, segment, owner, time, numeric, categorical } = columns;
  return [id, target, value, segment, owner, time, ...numeric, ...categorical];
}
