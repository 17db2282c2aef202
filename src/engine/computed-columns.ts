/** Numeric columns that the engine computes for each row from what was known before the row's time. */
import type { Config } from '../config/schema.ts';
import { canonicalText } from '../core/features/canonical-text.ts';

/** A number from the events of the row's client before the row's time. */
export interface EventsColumn {
  readonly kind: 'events';
  readonly name: string;
  /** How many, the sum of their amounts, or the days since the last one. */
  readonly what: 'count' | 'sum' | 'days_since_last';
  /** Events from so many days before the row on; null: all before it. */
  readonly days: number | null;
  /** Only events of this type, in its canonical form; null: of all. */
  readonly type: string | null;
}

/** A column less its value in the row of the same client before in time. */
export interface ChangeColumn {
  readonly kind: 'change';
  readonly name: string;
  readonly column: string;
}

export type ComputedColumn = EventsColumn | ChangeColumn;

/** Folder of the compiled events inside output_folder_path. */
export const EVENTS_FOLDER = 'events';

/** Columns that are computed, and where what they are computed from is. */
export interface Computed {
  readonly columns: readonly ComputedColumn[];
  /** Absolute path of output_folder_path: it holds the compiled events and the rows that came before. */
  readonly output: string;
  /** Names of the columns of the events; null: there are none. */
  readonly events: EventsNames | null;
}

export interface EventsNames {
  readonly id: string;
  readonly time: string;
  readonly type: string | null;
  readonly amount: string | null;
}

/** The columns of `columns.derived` that are computed by the engine, in their order. */
export function computedOf({ derived }: Pick<Config['columns'], 'derived'>): ComputedColumn[] {
  return Object.entries(derived).flatMap(([name, made]): ComputedColumn[] => {
    if ('change' in made) return [{ kind: 'change', name, column: made.change }];
    if (!('events' in made)) return [];
    const type = made.type === null ? null : canonicalText(made.type);
    return [{ kind: 'events', name, what: made.events, days: made.days, type }];
  });
}

/** Whether a column is computed from events. */
export function isOfEvents(column: ComputedColumn): column is EventsColumn {
  return column.kind === 'events';
}
