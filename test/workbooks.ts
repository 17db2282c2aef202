/** Makes zip archives and Excel workbooks for tests, sound ones and others. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface MadeCell {
  /** Text of `<v>`; null: none. */
  readonly v: string | null;
  readonly t?: string;
  readonly s?: number;
  /** Text of `<f>`. */
  readonly f?: string;
}

/** A text (shared), a number, a truth, nothing, or a cell as the XML has it. */
export type Made = string | number | boolean | null | MadeCell;

export interface MadeSheet {
  readonly name: string;
  /** null: a row that is not there. */
  readonly rows: readonly (readonly Made[] | null)[];
  readonly state?: string;
}

export interface WorkbookWishes {
  readonly date1904?: boolean;
  /** Formats of the styles 1, 2, ...; a number is one of Excel's own. */
  readonly formats?: readonly (string | number)[];
  /** Parts in place of those that are made, or beside them. */
  readonly parts?: Readonly<Record<string, string | Buffer>>;
}

/** A workbook as Excel writes them. */
export function makeWorkbook(sheets: readonly MadeSheet[], wishes: WorkbookWishes = {}): Buffer {
  const texts = new Map<string, number>();
  const { date1904 = false, formats = [], parts = {} } = wishes;
  const bodies = sheets.map(({ rows }) => sheetXml(rows, texts));
  return makeZip({
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': `<Relationships>${relation(0, 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml':
      `${HEAD}<workbook xmlns:r="r"><workbookPr${date1904 ? ' date1904="1"' : ''}/><sheets>` +
      sheets
        .map(({ name, state }, k) => {
          const shown = state === undefined ? '' : ` state="${state}"`;
          return `<sheet name="${escapeXml(name)}" sheetId="${k + 1}"${shown} r:id="rId${k + 1}"/>`;
        })
        .join('') +
      '</sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      `<Relationships>${sheets.map((_, k) => relation(k + 1, 'worksheet', `worksheets/sheet${k + 1}.xml`)).join('')}` +
      `${relation(1001, 'sharedStrings', '/xl/sharedStrings.xml')}${relation(1002, 'styles', 'styles.xml')}</Relationships>`,
    'xl/styles.xml': stylesXml(formats),
    'xl/sharedStrings.xml': `${HEAD}<sst>${[...texts.keys()].map((text) => `<si><t xml:space="preserve">${escapeXml(text)}</t></si>`).join('')}</sst>`,
    ...Object.fromEntries(bodies.map((xml, k) => [`xl/worksheets/sheet${k + 1}.xml`, xml])),
    ...parts,
  });
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

function relation(id: number, type: string, target: string): string {
  return `<Relationship Id="rId${id}" Type="http://x/relationships/${type}" Target="${target}"/>`;
}

function stylesXml(formats: readonly (string | number)[]): string {
  const own = formats.flatMap((format, k) =>
    typeof format === 'string' ? [`<numFmt numFmtId="${200 + k}" formatCode="${escapeXml(format)}"/>`] : [],
  );
  const styles = formats.map(
    (format, k) => `<xf numFmtId="${typeof format === 'number' ? format : 200 + k}"/>`,
  );
  return `<styleSheet><numFmts>${own.join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${styles.join('')}</cellXfs></styleSheet>`;
}

function sheetXml(rows: MadeSheet['rows'], texts: Map<string, number>): string {
  const xml = rows.flatMap((cells, k) =>
    cells === null
      ? []
      : [
          `<row r="${k + 1}">${cells.map((cell, c) => cellXml(cell, `${letters(c)}${k + 1}`, texts)).join('')}</row>`,
        ],
  );
  return `${HEAD}<worksheet><dimension ref="A1"/><sheetData>${xml.join('')}</sheetData></worksheet>`;
}

function cellXml(cell: Made, place: string, texts: Map<string, number>): string {
  if (cell === null) return '';
  if (typeof cell === 'string') {
    if (!texts.has(cell)) texts.set(cell, texts.size);
    return `<c r="${place}" t="s"><v>${texts.get(cell)}</v></c>`;
  }
  if (typeof cell === 'boolean') return `<c r="${place}" t="b"><v>${Number(cell)}</v></c>`;
  if (typeof cell === 'number') return `<c r="${place}"><v>${cell}</v></c>`;
  const { v, t, s, f } = cell;
  const formula = f === undefined ? '' : `<f>${escapeXml(f)}</f>`;
  const value =
    t === 'inlineStr' ? `<is><t>${escapeXml(v ?? '')}</t></is>` : v === null ? '' : `<v>${escapeXml(v)}</v>`;
  return `<c r="${place}"${s === undefined ? '' : ` s="${s}"`}${t === undefined ? '' : ` t="${t}"`}>${formula}${value}</c>`;
}

/** The name of a column, from 0. */
export function letters(column: number): string {
  const rest = Math.floor(column / 26) - 1;
  return (rest >= 0 ? letters(rest) : '') + String.fromCharCode(65 + (column % 26));
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** An archive of these entries, packed. */
export function makeZip(entries: Readonly<Record<string, string | Buffer>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let place = 0;
  for (const [name, content] of Object.entries(entries)) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const title = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(title.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, title, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(place, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, tail, title]));
    parts.push(local);
    place += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(place, 16);
  return Buffer.concat([...parts, list, end]);
}
