/** Tells by its first bytes that a file is something else than its name says. */

interface Format {
  /** How such a file begins, letters in lower case. */
  readonly start: string;
  /** What it is, and what to do. */
  readonly reason: string;
}

const UTF_16 = 'the file is UTF-16 or UTF-32; save it as UTF-8';
const SAVE_AS_CSV = 'save the sheet as "CSV, comma separated, UTF-8"';

const FORMATS: readonly Format[] = [
  { start: '\xff\xfe', reason: UTF_16 },
  { start: '\xfe\xff', reason: UTF_16 },
  {
    start: 'pk\x03\x04',
    reason:
      'the file is a zip archive, as Excel workbooks are: let its name end in .xlsx if it is one, or unpack it',
  },
  { start: '\xd0\xcf\x11\xe0', reason: `the file is an Excel workbook (.xls): ${SAVE_AS_CSV}` },
  { start: '\x1f\x8b', reason: 'the file is packed with gzip: let its name end in .gz' },
  { start: 'par1', reason: 'the file is Parquet: let its name end in .parquet' },
  { start: '<!doctype html', reason: 'the file is a web page, not a table: export it as CSV' },
  { start: '<html', reason: 'the file is a web page, not a table: export it as CSV' },
];

const LONGEST = Math.max(...FORMATS.map(({ start }) => start.length));

/** What a file that begins with these bytes is, if it is known and neither CSV nor NDJSON; else null. */
export function otherFormat(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.subarray(0, LONGEST)).toString('latin1').toLowerCase();
  const known = FORMATS.find((format) => start.startsWith(format.start));
  if (known !== undefined) return known.reason;
  const isUtf16 = /^(?:[^\0]\0){2}|^(?:\0[^\0]){2}/.test(start);
  return isUtf16 ? UTF_16 : null;
}
