/** Values of computed columns in words: every text template of them is here. */
import type { ComputedColumn } from '../columns/computed-column.ts';
import { type ColumnPhrase, valueText } from './sentence.ts';

/** How a column is spoken of: "3 login events in the 30 days before", "fewer" than others. */
export function computedPhrase(column: ComputedColumn): ColumnPhrase {
  if (column.kind === 'change') {
    return { text: (value) => changeText(column.column, value), less: 'lower', more: 'higher' };
  }
  const span = column.days === null ? 'before' : `in the ${days(column.days)} before`;
  const events = (count: string, isOne: boolean) =>
    [count, column.type, isOne ? 'event' : 'events'].filter((word) => word !== null && word !== '').join(' ');
  switch (column.what) {
    case 'count':
      return {
        text: (value) =>
          value === null
            ? `${events('', false)} ${span} are not known`
            : `${events(value === 0 ? 'no' : valueText(value), value === 0 || value === 1)} ${span}`,
        less: 'fewer',
        more: 'more',
      };
    case 'sum':
      return {
        text: (value) =>
          `the amount of ${events('', false)} ${span} is ${value === null ? 'not known' : valueText(value)}`,
        less: 'less',
        more: 'more',
      };
    case 'days_since_last':
      return {
        text: (value) =>
          value === null
            ? `${events('no', true)} ${span}`
            : `${daysText(Number(value.toPrecision(3)))} since the last ${events('', true)}`,
        less: 'more recent',
        more: 'longer',
      };
  }
}

function changeText(column: string, value: number | null): string {
  if (value === null) return `how ${column} has changed since the row before is not known`;
  if (value === 0) return `${column} is as in the row before`;
  return `${column} is ${valueText(Math.abs(value))} ${value > 0 ? 'higher' : 'lower'} than in the row before`;
}

function daysText(count: number): string {
  return count === 1 ? '1 day' : days(count);
}

function days(count: number): string {
  return count === 1 ? 'day' : `${valueText(count)} days`;
}
