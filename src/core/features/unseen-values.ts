/** Counts the categories of rows that a model does not know, so that whoever predicts hears of them. */

import type { SourceBatch, SourceColumn } from '../columns/source-column.ts';
import type { ModelDocument } from '../document/document.ts';
import { countLevels } from './count-levels.ts';
import { knownLevels, levelTexts } from './level-texts.ts';

/** What a model does not know of a column. */
export interface UnseenValues {
  readonly column: string;
  /** Rows with such a value; missing ones are none. */
  readonly rows: number;
  /** The most frequent such values, up to five, equal ones by text. */
  readonly values: readonly { readonly value: string; readonly rows: number }[];
}

export interface UnseenCounter {
  /** Counts a batch of the model's inputs, in time that grows with its levels where they are codes. */
  add(batch: SourceBatch): void;
  /** Columns that have such values, in the order of the inputs. */
  columns(): UnseenValues[];
}

const MAX_VALUES = 5;

/** A counter for the columns whose categories the model reads. Its memory grows with the different unknown values. */
export function createUnseenCounter({
  inputs,
  features,
}: Pick<ModelDocument, 'inputs' | 'features'>): UnseenCounter {
  const counted = inputs.flatMap(({ name, kind }, index) => {
    const known = kind === 'categorical' ? levelTexts(knownLevels(features, name)) : new Map();
    return known.size === 0 ? [] : [{ name, index, known, rows: new Map<string, number>() }];
  });
  return {
    add({ columns }) {
      for (const { name, index, known, rows } of counted) {
        countLevels(name, columns[index] as SourceColumn, (level, count) => {
          if (level !== null && !known.has(level)) rows.set(level, (rows.get(level) ?? 0) + count);
        });
      }
    },
    columns: () =>
      counted.flatMap(({ name, rows }) => (rows.size === 0 ? [] : [{ column: name, ...mostFrequent(rows) }])),
  };
}

function mostFrequent(rows: ReadonlyMap<string, number>): Omit<UnseenValues, 'column'> {
  const ordered = [...rows].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return {
    rows: ordered.reduce((sum, [, count]) => sum + count, 0),
    values: ordered.slice(0, MAX_VALUES).map(([value, count]) => ({ value, rows: count })),
  };
}
