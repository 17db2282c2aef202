/** Finds numbers that stand for a missing value, such as -999: seen and told, and never taken for one. */
import type { ColumnTally } from './column-tally.ts';
import type { TableTally } from './table-tally.ts';

/** Nines alone: three or more, or two with a minus. */
const CODE = /^(?:-99|-?9{3,9})(?:\.0+)?$/;
const MIN_ROWS = 5;
/** Other numbers, different ones, without which nothing is far from them. */
const MIN_OTHERS = 10;

/** A note for each of `columns` in which a number of nines alone lies farther off than the others reach. */
export function noteCodesOfMissing(tally: TableTally, columns: readonly string[]): string[] {
  return columns.flatMap((name) => {
    const column = tally.names.indexOf(name);
    return [...(tally.columns[column] as ColumnTally).values.values()].flatMap(({ text, rows, number }) =>
      rows >= MIN_ROWS && CODE.test(text) && isFarOff(tally, column, number)
        ? [
            `"${name}" is ${text} in ${rows} rows, far from its other numbers. If that means missing, add "${text}" to \`missing_values\` in config.json.`,
          ]
        : [],
    );
  });
}

/** Whether it is farther from all other numbers of the sample than these are from each other. */
function isFarOff({ sample, rules }: TableTally, column: number, code: number): boolean {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const others = new Set<number>();
  for (const row of sample) {
    const value = rules.parseNumber((row[column] as string).trim());
    if (Number.isNaN(value) || value === code) continue;
    if (others.size < MIN_OTHERS) others.add(value);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return others.size >= MIN_OTHERS && Math.max(low - code, code - high) > high - low;
}
