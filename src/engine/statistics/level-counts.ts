/** Rows of the most frequent levels of a column of categories, and of all others together. */

import { TidewatchError } from '../../base/errors.ts';
import type { SourceColumn } from '../../core/columns/source-column.ts';
import { countLevels } from '../../core/features/count-levels.ts';
import { countAt } from './answer-values.ts';
import type { SqlRow, Statistic } from './statistic.ts';

export interface LevelCounts {
  readonly missing: number;
  /** The most frequent first, equal ones in the order of their bytes in UTF-8. */
  readonly levels: readonly { readonly level: string; readonly rows: number }[];
  /** How many levels are not among them, and their rows. */
  readonly other: { readonly levels: number; readonly rows: number };
}

export interface LevelState {
  readonly missing: number;
  readonly rows: Map<string, number>;
  /** Levels that are not in `rows`, which a database counts together; null: there is none. */
  readonly other: LevelCounts['other'] | null;
}

const NO_OTHERS = { levels: 0, rows: 0 };

/**
 * @param most levels that are told apart, at least 1. The state of streamed rows has every level; that of a database has
 * no more than these, and is not to be merged.
 */
export function levelCounts(column: string, most: number): Statistic<LevelState, LevelCounts> {
  return {
    name: `level counts of "${column}"`,
    columns: [column],
    init: () => ({ missing: 0, rows: new Map(), other: null }),
    add(state, [vector]) {
      let { missing } = state;
      countLevels(column, vector as SourceColumn, (level, rows) => {
        if (level === null) missing += rows;
        else state.rows.set(level, (state.rows.get(level) ?? 0) + rows);
      });
      return { ...state, missing };
    },
    merge(a, b) {
      if (a.other !== null || b.other !== null) throw notMergeable(column);
      const rows = new Map(a.rows);
      for (const [level, some] of b.rows) rows.set(level, (rows.get(level) ?? 0) + some);
      return { missing: a.missing + b.missing, rows, other: null };
    },
    sql(table, { string }) {
      const levels = `SELECT ${string(table.column(column))} AS x FROM ${table.from}`;
      const counts = `SELECT x, COUNT(*) AS n FROM (${levels}) v GROUP BY x`;
      const order = 'CASE WHEN x IS NULL THEN 1 ELSE 0 END, n DESC, x';
      const placed = `SELECT x, n, ROW_NUMBER() OVER (ORDER BY ${order}) AS place FROM (${counts}) c`;
      const kind = `CASE WHEN x IS NULL THEN 'missing' WHEN place <= ${most} THEN 'level' ELSE 'other' END`;
      const kinds = `SELECT ${kind} AS kind, CASE WHEN place <= ${most} THEN x END AS x, n FROM (${placed}) p`;
      return `SELECT kind, x, COUNT(*), SUM(n) FROM (${kinds}) k GROUP BY kind, x`;
    },
    read: stateOf,
    answer: ({ missing, rows, other }) => {
      const ordered = [...rows]
        .map(([level, some]) => ({ level, rows: some }))
        .sort((a, b) => b.rows - a.rows || compareBytes(a.level, b.level));
      const rest = ordered.splice(most);
      const { levels, rows: others } = other ?? NO_OTHERS;
      return {
        missing,
        levels: ordered,
        other: {
          levels: levels + rest.length,
          rows: rest.reduce((sum, entry) => sum + entry.rows, others),
        },
      };
    },
  };
}

function stateOf(rows: readonly SqlRow[]): LevelState {
  let [missing, other] = [0, NO_OTHERS];
  const counts = new Map<string, number>();
  for (const row of rows) {
    const some = countAt(row, 3);
    if (row[0] === 'missing') missing = some;
    else if (row[0] === 'other') other = { levels: countAt(row, 2), rows: some };
    else counts.set(String(row[1]), some);
  }
  return { missing, rows: counts, other };
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function notMergeable(column: string): TidewatchError {
  return new TidewatchError(
    'internal',
    `Level counts of "${column}" that a database cut to the most frequent levels were to be merged: they are of one ` +
      'table. Count the rows of all.',
  );
}
