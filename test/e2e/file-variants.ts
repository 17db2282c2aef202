/** One table of clients, written in the ways in which people's programs write it: name to bytes, and what is right. */
import { gzipSync } from 'node:zlib';

/** A client as a program holds it. */
interface Client {
  readonly customer_id: string;
  readonly town: string;
  readonly tenure: number;
  readonly monthly_fee: number;
  readonly support_calls: number;
  /** ISO 8601. */
  readonly snapshot_date: string;
  readonly churned: boolean;
}

type Cell = string | number | boolean;
type Writers = { readonly [K in keyof Client]: (value: Client[K]) => string };

/** How a table of text is written. */
interface Style {
  readonly separator?: string;
  readonly encoding?: 'utf8' | 'utf16le' | 'utf16be' | 'latin1';
  readonly mark?: boolean;
  readonly lineEnd?: string;
  readonly above?: readonly string[];
  readonly below?: readonly string[];
  readonly quotes?: boolean;
  readonly names?: Partial<Record<keyof Client, string>>;
  readonly order?: readonly (keyof Client)[];
  readonly cells?: Partial<Writers>;
}

export interface Variant {
  readonly name: string;
  /** Name of the file. */
  readonly file: string;
  readonly bytes: Buffer;
  /** What `init` asks without `options`; null: nothing, it is sure by itself. */
  readonly asks: RegExp | null;
  /** Options that answer it. */
  readonly options: readonly string[];
  /** Why a workspace of the plain file refuses it; null: it reads it by itself. */
  readonly refused: RegExp | null;
  /** Whether the model reads the column that is refused; what it does not read, `predict` does not look at. */
  readonly isInput: boolean;
  /** Type of the body by which POST /prediction takes it; null: by none. */
  readonly posted: 'text/csv' | 'application/json' | null;
}

const TOWNS = ['Zürich', 'Köln', 'Málaga', 'Besançon', 'Bern'];
const COLUMNS = [
  'customer_id',
  'town',
  'tenure',
  'monthly_fee',
  'support_calls',
  'snapshot_date',
  'churned',
] as const satisfies readonly (keyof Client)[];

/** 120 clients of whom the ones with many support calls leave, with exceptions. */
export const CLIENTS: readonly Client[] = Array.from({ length: 120 }, (_, k) => ({
  customer_id: `K${String(k + 1).padStart(4, '0')}`,
  town: TOWNS[(k * 7) % TOWNS.length] as string,
  tenure: 1 + ((k * 37) % 70),
  monthly_fee: [12.5, 1234.75, 999.25, 87, 2040.5, 45.25][k % 6] as number,
  support_calls: (k * 13) % 10,
  snapshot_date: `2024-0${1 + (k % 6)}-${String(1 + ((k * 11) % 28)).padStart(2, '0')}`,
  churned: (k * 13) % 10 > 6 !== (k % 9 === 0),
}));

const PLAIN: Writers = {
  customer_id: String,
  town: String,
  tenure: String,
  monthly_fee: String,
  support_calls: String,
  snapshot_date: String,
  churned: (left) => (left ? 'Yes' : 'No'),
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun'];
const part = (date: string, at: number) => date.split('-')[at] as string;

function textOf(style: Style): string {
  const {
    separator = ',',
    lineEnd = '\n',
    above = [],
    below,
    quotes = false,
    names = {},
    cells = {},
  } = style;
  const order = style.order ?? COLUMNS;
  const write = { ...PLAIN, ...cells };
  const field = (text: string) =>
    quotes || text.includes(separator) || text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text;
  const line = (fields: readonly string[]) => fields.map(field).join(separator);
  const rows = CLIENTS.map((client) =>
    line(order.map((name) => (write[name] as (value: Cell) => string)(client[name]))),
  );
  return [
    ...above,
    line(order.map((name) => names[name] ?? name)),
    ...(below === undefined ? [] : [line(below)]),
    ...rows,
    '',
  ].join(lineEnd);
}

function bytesOf(style: Style): Buffer {
  const text = `${style.mark === true ? '\ufeff' : ''}${textOf(style)}`;
  const { encoding = 'utf8' } = style;
  if (encoding !== 'utf16be') return Buffer.from(text, encoding);
  return Buffer.from(text, 'utf16le').swap16();
}

const group = (mark: string) => (whole: string) => whole.replace(/\B(?=(\d{3})+$)/g, mark);
/** A number with two decimals. */
const money = (decimal: string, thousands: string) => (value: number) => {
  const [whole = '', rest = ''] = value.toFixed(2).split('.');
  return `${group(thousands)(whole)}${decimal}${rest}`;
};

interface Wanted extends Style {
  readonly file?: string;
  readonly asks?: RegExp;
  readonly options?: readonly string[];
  readonly refused?: RegExp;
  readonly isInput?: boolean;
}

function variant(name: string, { file, options, asks, refused, isInput, ...style }: Wanted): Variant {
  return {
    name,
    file: file ?? 'clients.csv',
    bytes: bytesOf(style),
    options: options ?? [],
    asks: asks ?? null,
    refused: refused ?? null,
    isInput: isInput ?? true,
    posted: 'text/csv',
  };
}

const fee = (write: (value: number) => string) => ({ cells: { monthly_fee: write } });
const dates = (write: (date: string) => string) => ({ cells: { snapshot_date: write } });
const flags = (left: string, stayed: string) => ({
  cells: { churned: (value: boolean) => (value ? left : stayed) },
});
const TITLE = ['Clients of the northern region'];
const jsonRows = CLIENTS.map((client) => ({ ...client, churned: client.churned ? 'Yes' : 'No' }));

function jsonVariant(name: string, file: string, text: string): Variant {
  const bytes = file.endsWith('.gz') ? gzipSync(text) : Buffer.from(text);
  return { name, file, bytes, options: [], asks: null, refused: null, isInput: true, posted: null };
}

/** The plain file, which all others are held against. */
export const PLAIN_FILE = variant('plain', {});

const SEPARATORS: readonly Variant[] = [
  PLAIN_FILE,
  variant('semicolons', { separator: ';' }),
  variant('tabs', { separator: '\t' }),
  variant('tabs, .tsv', { separator: '\t', file: 'clients.tsv' }),
  variant('bars', { separator: '|' }),
  variant('all in quotes', { quotes: true }),
  variant('semicolons, all in quotes', { separator: ';', quotes: true }),
  variant('CRLF', { lineEnd: '\r\n' }),
  variant('semicolons, CRLF', { separator: ';', lineEnd: '\r\n' }),
  variant('sep= line', { separator: ';', above: ['sep=;'] }),
  variant('sep= line with a mark', { separator: ';', above: ['sep=;'], mark: true, lineEnd: '\r\n' }),
  variant('sep= line, tabs', { separator: '\t', above: ['sep=\t'] }),
  variant('a title', { above: TITLE }),
  variant('a title and an empty line', { above: [...TITLE, ''] }),
  variant('a title, semicolons', { above: [...TITLE, 'As of 30.06.2024'], separator: ';' }),
  variant('a title padded to the width', { above: [`${TITLE[0]},,,,,,`] }),
  variant('a line that describes the columns', {
    below: ['text', 'name of the town', 'months', 'CHF', 'calls', 'ISO date', 'has left'],
    refused: /tenure: got ["\\]+months/,
  }),
];

const ENCODINGS: readonly Variant[] = [
  variant('UTF-8 with a mark', { mark: true }),
  variant('UTF-16 LE with a mark', { encoding: 'utf16le', mark: true }),
  variant('UTF-16 LE without a mark', { encoding: 'utf16le' }),
  variant('UTF-16 BE with a mark', { encoding: 'utf16be', mark: true }),
  variant('UTF-16 BE without a mark', { encoding: 'utf16be' }),
  variant("Excel's Unicode text", {
    encoding: 'utf16le',
    mark: true,
    separator: '\t',
    lineEnd: '\r\n',
    file: 'clients.txt',
  }),
  variant('Windows-1252', { encoding: 'latin1' }),
  variant('Windows-1252, semicolons, CRLF', { encoding: 'latin1', separator: ';', lineEnd: '\r\n' }),
];

const PLAIN_NUMBERS: readonly Variant[] = [
  variant(
    'two decimals',
    fee((value) => value.toFixed(2)),
  ),
  variant('a plus sign', { cells: { tenure: (value) => `+${value}` } }),
  variant(
    'exponents',
    fee((value) => value.toExponential()),
  ),
];

const DECIMAL_COMMAS: readonly Variant[] = [
  variant('decimal comma, semicolons', { separator: ';', ...fee(money(',', '')) }),
  variant('decimal comma in quotes', fee(money(',', ''))),
  variant('1.234,50', { separator: ';', ...fee(money(',', '.')) }),
  variant('1 234,50', { separator: ';', ...fee(money(',', ' ')) }),
  variant('1 234,50 with no-break spaces', { separator: ';', ...fee(money(',', '\u00a0')) }),
  variant('1 234,50 with narrow no-break spaces', { separator: ';', ...fee(money(',', '\u202f')) }),
  variant('1 234,50 with thin spaces', { separator: ';', ...fee(money(',', '\u2009')) }),
  variant('1.234,50 €', { separator: ';', ...fee((value) => `${money(',', '.')(value)} €`) }),
];

const THOUSANDS: readonly Variant[] = [
  variant('1,234.50', fee(money('.', ','))),
  variant("1'234.50", fee(money('.', "'"))),
  variant('1’234.50', fee(money('.', '\u2019'))),
];

const UNITS: readonly Variant[] = [
  variant(
    '$1,234.50',
    fee((value) => `$${money('.', ',')(value)}`),
  ),
  variant(
    '$ 1,234.50',
    fee((value) => `$ ${money('.', ',')(value)}`),
  ),
  variant(
    '€1234.5',
    fee((value) => `€${value}`),
  ),
  variant(
    '1234.5 EUR',
    fee((value) => `${value} EUR`),
  ),
  variant(
    "CHF 1'234.50",
    fee((value) => `CHF ${money('.', "'")(value)}`),
  ),
  variant(
    '£1,234.50',
    fee((value) => `£${money('.', ',')(value)}`),
  ),
  variant('a unit', { cells: { tenure: (value) => `${value} months` } }),
  variant('a unit without a blank', { cells: { tenure: (value) => `${value}mo` } }),
];

const DATES: readonly Variant[] = [
  variant(
    '31.01.2024',
    dates((date) => `${part(date, 2)}.${part(date, 1)}.${part(date, 0)}`),
  ),
  variant(
    '31/01/2024',
    dates((date) => `${part(date, 2)}/${part(date, 1)}/${part(date, 0)}`),
  ),
  variant(
    '01/31/2024',
    dates((date) => `${part(date, 1)}/${part(date, 2)}/${part(date, 0)}`),
  ),
  variant(
    '31-01-2024',
    dates((date) => `${part(date, 2)}-${part(date, 1)}-${part(date, 0)}`),
  ),
  variant(
    '2024/01/31',
    dates((date) => date.replaceAll('-', '/')),
  ),
  variant(
    '20240131',
    dates((date) => date.replaceAll('-', '')),
  ),
  variant(
    '31.1.2024',
    dates((date) => `${Number(part(date, 2))}.${Number(part(date, 1))}.2024`),
  ),
  variant(
    '31 Jan 2024',
    dates((date) => `${part(date, 2)} ${MONTHS[Number(part(date, 1)) - 1]} 2024`),
  ),
  variant(
    '31-Jan-24',
    dates((date) => `${part(date, 2)}-${MONTHS[Number(part(date, 1)) - 1]}-24`),
  ),
];

const FLAGS: readonly Variant[] = [
  variant('yes and no in small letters', flags('yes', 'no')),
  variant('YES and NO', flags('YES', 'NO')),
  variant('1 and 0', { ...flags('1', '0'), refused: /churned: got .*1.*, expected/, isInput: false }),
  variant('true and false', flags('true', 'false')),
  variant('ja and nein', flags('ja', 'nein')),
  variant('oui and non', flags('oui', 'non')),
  variant('sí and no', flags('sí', 'no')),
];

const NAMES: readonly Variant[] = [
  variant('another order', { order: [...COLUMNS].reverse() }),
  variant('capitals', { names: { support_calls: 'SUPPORT_CALLS', tenure: 'Tenure' } }),
  variant('blanks for underscores', {
    names: { support_calls: 'Support Calls', monthly_fee: 'monthly fee' },
  }),
  variant('blanks around', { names: { support_calls: ' support_calls ', tenure: 'tenure ' } }),
];

const CONTAINERS: readonly Variant[] = [
  jsonVariant('NDJSON', 'clients.ndjson', jsonRows.map((row) => `${JSON.stringify(row)}\n`).join('')),
  jsonVariant('a JSON array', 'clients.json', JSON.stringify(jsonRows)),
  jsonVariant('a JSON array over many lines', 'clients.json', JSON.stringify(jsonRows, null, 2)),
  jsonVariant('a JSON array, gzip', 'clients.json.gz', JSON.stringify(jsonRows)),
  { ...PLAIN_FILE, name: 'gzip', file: 'clients.csv.gz', bytes: gzipSync(PLAIN_FILE.bytes), posted: null },
  {
    ...PLAIN_FILE,
    name: 'gzip of UTF-16 with tabs',
    file: 'clients.csv.gz',
    bytes: gzipSync(bytesOf({ encoding: 'utf16le', mark: true, separator: '\t' })),
    posted: null,
  },
];

/** A workspace of the plain file does not take these: it says why. */
const refusedFor = (variants: readonly Variant[], refused: RegExp, isInput = true): readonly Variant[] =>
  variants.map((each) => ({ ...each, refused, isInput }));

export const VARIANTS: readonly Variant[] = [
  ...SEPARATORS,
  ...ENCODINGS,
  ...PLAIN_NUMBERS,
  ...refusedFor(DECIMAL_COMMAS, /has a decimal comma, and the configuration says a point/),
  ...refusedFor(THOUSANDS, /between thousands, and the configuration says that there are no such marks/),
  ...refusedFor(UNITS, /bears ["\\]+[^"]+["\\]+; name it for the column in `columns.units`/),
  ...refusedFor(DATES, /expected a time such as .*`input\.dates`/, false),
  ...FLAGS,
  ...NAMES,
  ...CONTAINERS,
];
