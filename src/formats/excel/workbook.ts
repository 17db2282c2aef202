/** Opens an Excel workbook: its sheets, the texts that cells share, and which styles are dates. */
import type { FileHandle } from 'node:fs/promises';
import { posix } from 'node:path';
import { openRegularFile } from '../../base/regular-file.ts';
import { FileRefused, refusedAs } from '../csv/file-refused.ts';
import { otherFormat } from '../csv/other-format.ts';
import { readSharedTexts, SharedTexts } from './shared-texts.ts';
import { readDateStyles } from './styles.ts';
import { attribute, scanXml } from './xml-scanner.ts';
import { HAS_PASSWORD, ZipFile } from './zip-file.ts';

export interface SheetPlace {
  readonly name: string;
  readonly isHidden: boolean;
  /** Where its XML is in the archive. */
  readonly path: string;
}

export interface Workbook {
  readonly zip: ZipFile;
  /** In the order of their tabs; charts and macros are none. */
  readonly sheets: readonly SheetPlace[];
  readonly texts: SharedTexts;
  readonly dateStyles: readonly boolean[];
  /** Whether days are counted from 1904 on. */
  readonly counts1904: boolean;
  close(): Promise<void>;
}

/** `within` as `openRegularFile`. FileRefused for what is no workbook, with what it is and what to do. */
export async function openWorkbook(
  path: string,
  {
    within,
    maxUnpackedRatio,
  }: { readonly within?: string | undefined; readonly maxUnpackedRatio?: number | undefined },
): Promise<Workbook> {
  const handle = await openRegularFile(path, within).catch(refusedAs);
  try {
    await refuseOther(handle);
    const zip = await ZipFile.open(handle, maxUnpackedRatio);
    const main = (await relationsOf(zip, '')).find(({ type }) => type === 'officeDocument')?.path;
    if (main === undefined || !/\.xml$/i.test(main)) {
      throw new FileRefused(
        'input-unreadable',
        `the file is a zip archive, but no workbook of Excel (.xlsx); ${SAVE}`,
      );
    }
    const relations = await relationsOf(zip, main);
    const { sheets, counts1904 } = await readSheets(zip, main, relations);
    const texts = relations.find(({ type }) => type === 'sharedStrings')?.path;
    const styles = relations.find(({ type }) => type === 'styles')?.path;
    return {
      zip,
      sheets,
      texts: texts === undefined ? new SharedTexts() : await readSharedTexts(zip, texts),
      dateStyles: styles === undefined ? [] : await readDateStyles(zip, styles),
      counts1904,
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

const SAVE = 'open it in Excel and save it as "Excel Workbook (.xlsx)" or as CSV';

interface Relation {
  readonly id: string;
  /** The last word of its type. */
  readonly type: string;
  readonly path: string;
}

/** What a part refers to; nothing where it has no list of that. `''`: the archive itself. */
async function relationsOf(zip: ZipFile, part: string): Promise<Relation[]> {
  const folder = part === '' ? '' : posix.dirname(part);
  const list = posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  if (!zip.has(list)) return [];
  const relations: Relation[] = [];
  await scanXml(zip.read(list), {
    open(name, attributes) {
      if (name !== 'Relationship') return;
      const target = attribute(attributes, 'Target') ?? '';
      relations.push({
        id: attribute(attributes, 'Id') ?? '',
        type: (attribute(attributes, 'Type') ?? '').split('/').at(-1) ?? '',
        path: target.startsWith('/') ? posix.normalize(target.slice(1)) : posix.join(folder, target),
      });
    },
    text: () => undefined,
    close: () => undefined,
  });
  return relations;
}

async function readSheets(
  zip: ZipFile,
  main: string,
  relations: readonly Relation[],
): Promise<Pick<Workbook, 'sheets' | 'counts1904'>> {
  const paths = new Map(
    relations.filter(({ type }) => type === 'worksheet').map(({ id, path }) => [id, path]),
  );
  const sheets: SheetPlace[] = [];
  let counts1904 = false;
  await scanXml(zip.read(main), {
    open(tag, attributes) {
      if (tag === 'workbookPr') counts1904 = /^(?:1|true)$/.test(attribute(attributes, 'date1904') ?? '');
      if (tag !== 'sheet') return;
      const path = paths.get(idOf(attributes));
      if (path === undefined) return;
      const state = attribute(attributes, 'state') ?? 'visible';
      sheets.push({ name: attribute(attributes, 'name') ?? '', isHidden: state !== 'visible', path });
    },
    text: () => undefined,
    close: () => undefined,
  });
  if (sheets.length === 0) throw new FileRefused('input-unreadable', 'the workbook has no sheet with cells');
  return { sheets, counts1904 };
}

/** The id of a relation stands under a prefix of the writer's choice. */
function idOf(attributes: string): string {
  const before = attributes.slice(0, Math.max(0, attributes.indexOf(':id=')));
  const prefix = before.split(/\s/).at(-1) ?? '';
  return attribute(attributes, `${prefix}:id`) ?? '';
}

const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const ZIP = Buffer.from('PK\x03\x04', 'latin1');

/** Throws what the file is where it does not begin as a workbook does. */
async function refuseOther(handle: FileHandle): Promise<void> {
  const start = Buffer.alloc(512);
  const { bytesRead } = await handle.read(start, 0, start.length, 0);
  const bytes = start.subarray(0, bytesRead);
  if (bytes.subarray(0, 4).equals(ZIP)) return;
  const refuse = (reason: string): never => {
    throw new FileRefused('input-unreadable', reason);
  };
  if (bytesRead === 0) refuse('the file is empty (0 bytes)');
  if (bytes.subarray(0, 8).equals(OLE)) {
    const isEncrypted = await hasEncryptedPackage(handle, bytes);
    refuse(isEncrypted ? HAS_PASSWORD : `the file is an Excel workbook of the old kind (.xls); ${SAVE}`);
  }
  refuse(otherFormat(bytes) ?? 'the file is no Excel workbook; if it is text, let its name end in .csv');
}

/** Whether the first sector of the directory of a compound file ([MS-CFB] 2.2) names an encrypted package. */
async function hasEncryptedPackage(handle: FileHandle, header: Buffer): Promise<boolean> {
  if (header.length < 512) return false;
  const sectorBytes = 2 ** Math.min(12, header.readUInt16LE(30));
  const directory = Buffer.alloc(4096);
  await handle.read(directory, 0, directory.length, (header.readUInt32LE(48) + 1) * sectorBytes);
  return directory.includes(Buffer.from('EncryptedPackage', 'utf16le'));
}
