/** Which columns the engine computes, as the configuration says, and from what. */
import type { Config } from '../../config/schema.ts';
import { canonicalText } from '../../core/columns/canonical-text.ts';
import type { ComputedColumn } from '../../core/columns/computed-column.ts';

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
