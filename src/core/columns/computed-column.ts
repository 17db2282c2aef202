/** Numeric columns that are computed for each row from what was known before the row's time. */

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

/** Whether a column is computed from events. */
export function isOfEvents(column: ComputedColumn): column is EventsColumn {
  return column.kind === 'events';
}
