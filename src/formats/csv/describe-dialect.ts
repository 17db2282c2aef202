/** Says for people how a CSV file is written. */
import { separatorName } from './delimiter.ts';
import type { Dialect } from './dialect.ts';
import type { Encoding } from './encoding.ts';

const ENCODINGS: Readonly<Record<Encoding, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16 (big endian)',
  'windows-1252': 'Windows-1252',
  'iso-8859-15': 'ISO 8859-15',
};

/** As "semicolons, Windows-1252, 2 title lines above the header". A file of ASCII alone is UTF-8 as well. */
export function describeDialect({ delimiter, encoding, skipLines, descriptionLines }: Dialect): string {
  const lines = (count: number, what: string) =>
    count === 0 ? [] : [`${count} ${what.replace('lines', count === 1 ? 'line' : 'lines')} the header`];
  return [
    separatorName(delimiter),
    ENCODINGS[encoding ?? 'utf-8'],
    ...lines(skipLines, 'title lines above'),
    ...lines(descriptionLines, 'description lines under'),
  ].join(', ');
}
