/** Tells which cells of a workbook are dates by the formats of their numbers. */
import { attribute, scanXml } from './xml-scanner.ts';
import type { ZipFile } from './zip-file.ts';

/** Formats that are dates without being written out in the workbook; 27 to 36 and 50 to 58 are those of East Asia. */
const BUILT_IN = new Set([14, 15, 16, 17, 22, ...range(27, 31), 36, ...range(50, 54), 57, 58]);

/** For each style of a cell, in order: whether its number is a date. A time of day alone and a length of time are none. */
export async function readDateStyles(zip: ZipFile, path: string): Promise<readonly boolean[]> {
  const codes = new Map<number, string>();
  const styles: boolean[] = [];
  let isCell = false;
  await scanXml(zip.read(path), {
    open(name, attributes) {
      if (name === 'numFmt') {
        codes.set(Number(attribute(attributes, 'numFmtId')), attribute(attributes, 'formatCode') ?? '');
      } else if (name === 'cellXfs') isCell = true;
      else if (name === 'xf' && isCell) {
        const id = Number(attribute(attributes, 'numFmtId') ?? 0);
        const code = codes.get(id);
        styles.push(code === undefined ? BUILT_IN.has(id) : isDateFormat(code));
      }
    },
    text: () => undefined,
    close(name) {
      if (name === 'cellXfs') isCell = false;
    },
  });
  return styles;
}

/**
 * Whether a format shows a day, a month's name or a year, such as `dd\.mm\.yyyy`. Texts in quotes, escaped characters
 * and what stands in brackets (colours, languages, `[h]`) say nothing, and neither does what follows a semicolon.
 */
export function isDateFormat(code: string): boolean {
  const bare = code.replace(/"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]?/g, '');
  const first = bare.split(';', 1)[0] ?? '';
  if (/^general$/i.test(first.trim())) return false;
  // "m" alone is a month, beside hours or seconds minutes; "e" is a year, in "0.00E+00" an exponent.
  return /[dy]/i.test(first) || (/m/i.test(first) && !/[hs]/i.test(first)) || /e(?![+-])/i.test(first);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, k) => from + k);
}
