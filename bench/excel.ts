/**
 * A large Excel workbook: what ingesting it takes in a cold process, beside Python's openpyxl that only reads its cells.
 *
 *   npm run bench -- excel [--rows 1000000] [--runs 3] [--python PATH]
 */
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, createDeflateRaw } from 'node:zlib';
import { type Measurement, measure, median } from './measure.ts';

export interface ExcelOptions {
  readonly rows: number;
  readonly runs: number;
  /** With openpyxl; null: it is left out. */
  readonly python: string | null;
}

const MAIN = join(import.meta.dirname, '../dist/main.js');
const NUMBERS = ['tenure', 'calls', 'logins', 'spend', 'visits', 'orders'] as const;
const CONFIG = {
  input_folder_path: 'sourcedata',
  output_folder_path: 'out',
  test_data_path: 'testdata',
  output_model_path: 'models',
  prod_deployment_path: 'production_deployment',
  columns: { id: 'id', numeric: NUMBERS, categorical: ['plan'], time: 'seen', target: 'churned' },
};

/** Measures and prints the table; gives it as Markdown. */
export async function benchExcel({ rows, runs, python }: ExcelOptions): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-bench-'));
  try {
    mkdirSync(join(folder, 'sourcedata'));
    const path = join(folder, 'sourcedata', 'clients.xlsx');
    await writeWorkbook(path, rows);
    const ours: Measurement[] = [];
    const peer: Measurement[] = [];
    for (let run = 0; run < runs; run++) {
      for (const name of ['out', 'tidewatch.db'])
        rmSync(join(folder, name), { recursive: true, force: true });
      writeFileSync(join(folder, 'config.json'), JSON.stringify(CONFIG));
      const result = await measure(process.execPath, [MAIN, 'ingest', '--json', '--workspace', folder]);
      const { kept } = (JSON.parse(result.output) as { rows: { kept: number } }).rows;
      if (kept !== rows) throw new Error(`${kept} of ${rows} rows were kept`);
      ours.push(result);
      if (python !== null)
        peer.push(await measure(python, [join(import.meta.dirname, 'excel-peer.py'), path]));
    }
    const line = (name: string, results: readonly Measurement[]): string =>
      `| ${name} | ${median(results.map((r) => r.wallSeconds)).toFixed(1)} | ${median(results.map((r) => r.peakMib)).toFixed(0)} |`;
    return [
      `${rows} rows of 10 columns, a workbook of ${(statSync(path).size / 1e6).toFixed(1)} MB, median of ${runs}`,
      '',
      '| | wall s | peak MiB |',
      '|---|---:|---:|',
      line('tidewatch ingest (read, checked, de-duplicated, compiled)', ours),
      ...(peer.length === 0 ? [] : [line('openpyxl, read_only (cells read alone)', peer)]),
      '',
    ].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every id is a text of its own among the shared ones, as Excel writes them. */
async function writeWorkbook(path: string, rows: number): Promise<void> {
  const zip = new ZipWriter(path);
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"/>`;
  const relations = (list: string) =>
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${list}</Relationships>`;
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const type = (part: string, kind: string) =>
    `<Override PartName="/xl/${part}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${kind}+xml"/>`;
  await zip.add('[Content_Types].xml', [
    `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${type('workbook.xml', 'sheet.main')}${type('worksheets/sheet1.xml', 'worksheet')}${type('sharedStrings.xml', 'sharedStrings')}${type('styles.xml', 'styles')}</Types>`,
  ]);
  await zip.add('_rels/.rels', [relations(relation('a', 'officeDocument', 'xl/workbook.xml'))]);
  await zip.add('xl/_rels/workbook.xml.rels', [
    relations(
      relation('a', 'worksheet', 'worksheets/sheet1.xml') +
        relation('b', 'sharedStrings', 'sharedStrings.xml') +
        relation('c', 'styles', 'styles.xml'),
    ),
  ]);
  await zip.add('xl/workbook.xml', [
    `<workbook ${main} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Clients" sheetId="1" r:id="a"/></sheets></workbook>`,
  ]);
  await zip.add('xl/styles.xml', [
    `<styleSheet ${main}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
  ]);
  const names = ['id', 'plan', ...NUMBERS, 'seen', 'churned'];
  const plans = ['basic', 'plus', 'pro'];
  await zip.add('xl/sharedStrings.xml', sharedTexts(main, [...names, ...plans], rows));
  await zip.add('xl/worksheets/sheet1.xml', sheet(main, names.length, plans.length, rows));
  zip.close();
}

function* sharedTexts(main: string, texts: readonly string[], rows: number): Generator<string> {
  yield `<sst ${main}>${texts.map((text) => `<si><t>${text}</t></si>`).join('')}`;
  for (let row = 0; row < rows; row++) yield `<si><t>client-${row}</t></si>`;
  yield '</sst>';
}

function* sheet(main: string, names: number, plans: number, rows: number): Generator<string> {
  yield `<worksheet ${main}><sheetData><row r="1">`;
  for (let k = 0; k < names; k++) yield `<c r="${String.fromCharCode(65 + k)}1" t="s"><v>${k}</v></c>`;
  yield '</row>';
  for (let row = 0; row < rows; row++) {
    const at = row + 2;
    const number = (k: number): string =>
      `<c r="${String.fromCharCode(67 + k)}${at}"><v>${((row * (k + 7)) % 9973) / (k % 2 === 0 ? 1 : 8)}</v></c>`;
    yield `<row r="${at}"><c r="A${at}" t="s"><v>${names + plans + row}</v></c><c r="B${at}" t="s"><v>${names + (row % plans)}</v></c>${NUMBERS.map((_, k) => number(k)).join('')}<c r="I${at}" s="1"><v>${44_000 + (row % 1000)}</v></c><c r="J${at}"><v>${Number(row % 7 === 0)}</v></c></row>`;
  }
  yield '</sheetData></worksheet>';
}

/** Writes an archive in constant memory; the sizes stand in its list of contents alone. */
class ZipWriter {
  private readonly handle: number;
  private readonly directory: Buffer[] = [];
  private place = 0;

  constructor(path: string) {
    this.handle = openSync(path, 'w');
  }

  async add(name: string, parts: Iterable<string>): Promise<void> {
    const title = Buffer.from(name);
    const header = Buffer.alloc(46);
    header.writeUInt32LE(0x02014b50, 0);
    header.writeUInt16LE(20, 6);
    header.writeUInt16LE(8, 8);
    header.writeUInt16LE(8, 10);
    header.writeUInt16LE(title.length, 28);
    header.writeUInt32LE(this.place, 42);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), header.subarray(6, 32), title]);
    local.writeUInt16LE(title.length, 26);
    local.writeUInt16LE(0, 28);
    this.write(local);
    const from = this.place;
    let bytes = 0;
    let crc = 0;
    const packed = createDeflateRaw();
    const written = (async () => {
      for await (const chunk of packed) this.write(chunk as Buffer);
    })();
    for (const piece of pieces(parts)) {
      bytes += piece.length;
      crc = crc32(piece, crc);
      await new Promise((resolve) => packed.write(piece, resolve));
    }
    packed.end();
    await written;
    header.writeUInt32LE(crc, 16);
    header.writeUInt32LE(this.place - from, 20);
    header.writeUInt32LE(bytes, 24);
    this.directory.push(header, title);
    const descriptor = Buffer.from('PK\x07\x08\0\0\0\0\0\0\0\0\0\0\0\0');
    header.copy(descriptor, 4, 16, 28);
    this.write(descriptor);
  }

  close(): void {
    const list = Buffer.concat(this.directory);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(this.directory.length / 2, 8);
    end.writeUInt16LE(this.directory.length / 2, 10);
    end.writeUInt32LE(list.length, 12);
    end.writeUInt32LE(this.place, 16);
    this.write(Buffer.concat([list, end]));
    closeSync(this.handle);
  }

  private write(bytes: Buffer): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.handle, bytes, done);
    this.place += bytes.length;
  }
}

function* pieces(parts: Iterable<string>): Generator<Buffer> {
  let held = '';
  for (const part of parts) {
    held += part;
    if (held.length < 1 << 18) continue;
    yield Buffer.from(held);
    held = '';
  }
  yield Buffer.from(held);
}
