/** The characters that may stand between the fields of a CSV line, and what people call them. */
import type { Reading } from '../contract/table-contract.ts';

export type Delimiter = NonNullable<Reading['delimiter']>;

const NAMES: Readonly<Record<Delimiter, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  '|': 'bars',
};

export const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|'];

export function separatorName(delimiter: Delimiter): string {
  return NAMES[delimiter];
}
