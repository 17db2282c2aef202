/** Reads the entries of a zip archive one after the other, in constant memory. After PKWARE's APPNOTE 6.3. */
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { FileRefused } from '../csv/file-refused.ts';
import { mostUnpackedBytes, unpacksToTooMuch } from '../csv/unpacked-size.ts';

const CHUNK_BYTES = 1 << 16;
const END_BYTES = 22;
const MAX_COMMENT = 0xffff;
const END_MARK = 0x06054b50;
const ENTRY_MARK = 0x02014b50;
const LOCAL_MARK = 0x04034b50;
const WIDE_END_MARK = 0x06064b50;
const WIDE_LOCATOR_MARK = 0x07064b50;
const WIDE = 0xffffffff;
/** A list of entries that is longer is none of a workbook. */
const MAX_DIRECTORY_BYTES = 1 << 24;

interface ZipEntry {
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly crc: number;
  readonly packed: number;
  readonly unpacked: number;
  /** Where its local header is. */
  readonly place: number;
}

export class ZipFile {
  /** Bytes of the archive. */
  readonly size: number;
  /** Bytes of packed content read so far. */
  bytesRead = 0;
  private readonly handle: FileHandle;
  private readonly maxUnpackedRatio: number | undefined;
  private readonly entries: ReadonlyMap<string, ZipEntry>;

  private constructor(
    handle: FileHandle,
    size: number,
    maxUnpackedRatio: number | undefined,
    entries: ReadonlyMap<string, ZipEntry>,
  ) {
    this.handle = handle;
    this.size = size;
    this.maxUnpackedRatio = maxUnpackedRatio;
    this.entries = entries;
  }

  /** Reads the list of entries; the handle stays the caller's. FileRefused where there is none, or a damaged one. */
  static async open(handle: FileHandle, maxUnpackedRatio?: number): Promise<ZipFile> {
    const { size } = await handle.stat();
    const entries = readDirectory(await readDirectoryBytes(handle, size));
    return new ZipFile(handle, size, maxUnpackedRatio, entries);
  }

  /** Whether there is an entry of this name; capitals do not count. */
  has(name: string): boolean {
    return this.entries.has(name.toLowerCase());
  }

  /**
   * The content of an entry, in pieces that are the reader's only until the next one.
   * @throws FileRefused where it is not there, damaged, cut off, has a password, or unpacks to too much.
   */
  async *read(name: string): AsyncGenerator<Uint8Array, void> {
    const entry = this.entries.get(name.toLowerCase());
    if (entry === undefined) throw damaged(`it has no ${name}`);
    if (entry.isEncrypted) throw new FileRefused('input-unreadable', HAS_PASSWORD);
    if (entry.method !== 0 && entry.method !== 8) throw damaged(`${name} is packed in an unknown way`);
    const most = mostUnpackedBytes(this.size, this.maxUnpackedRatio);
    let unpacked = 0;
    let crc = 0;
    for await (const chunk of this.unpack(name, entry)) {
      unpacked += chunk.length;
      if (unpacked > most) throw this.tooMuch();
      crc = crc32(chunk, crc);
      yield chunk;
    }
    if (unpacked !== entry.unpacked || crc !== entry.crc) throw damaged(`${name} is not what was packed`);
  }

  /** The reason for which an archive that unpacks to too much is left out. */
  tooMuch(): FileRefused {
    return unpacksToTooMuch(this.size, this.maxUnpackedRatio);
  }

  private async *unpack(name: string, entry: ZipEntry): AsyncGenerator<Uint8Array, void> {
    const packed = this.packedChunks(name, entry);
    if (entry.method === 0) return yield* packed;
    const inflate = createInflateRaw({ chunkSize: CHUNK_BYTES });
    const fed = pipeline(Readable.from(packed, { objectMode: false }), inflate);
    fed.catch(() => undefined);
    try {
      for await (const chunk of inflate) yield chunk as Uint8Array;
    } catch (error) {
      const isFromZlib = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
      throw isFromZlib ? damaged(`${name} cannot be unpacked (${error.message})`, error) : error;
    } finally {
      inflate.destroy();
    }
  }

  private async *packedChunks(name: string, entry: ZipEntry): AsyncGenerator<Uint8Array, void> {
    const header = Buffer.alloc(30);
    const { bytesRead } = await this.handle.read(header, 0, 30, entry.place);
    if (bytesRead < 30 || header.readUInt32LE(0) !== LOCAL_MARK)
      throw damaged(`${name} is not where it should be`);
    let at = entry.place + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    const end = at + entry.packed;
    if (end > this.size) throw damaged(`${name} is cut off`);
    while (at < end) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - at));
      const { bytesRead: got } = await this.handle.read(chunk, 0, chunk.length, at);
      if (got === 0) throw damaged(`${name} is cut off`);
      at += got;
      this.bytesRead += got;
      yield chunk.subarray(0, got);
    }
  }
}

/** What is said of a workbook with a password. */
export const HAS_PASSWORD =
  'the workbook has a password; take it off in Excel (File, Info, Protect Workbook) and save it again';

/** The reason for which an archive that is not whole is left out. */
export function damaged(what: string, cause?: unknown): FileRefused {
  return new FileRefused(
    'input-unreadable',
    `the workbook is damaged or cut off, as by a copy that did not end (${what}); copy it again, or open it in Excel and save it`,
    cause,
  );
}

async function readDirectoryBytes(handle: FileHandle, size: number): Promise<Buffer> {
  const length = Math.min(size, END_BYTES + MAX_COMMENT);
  const tail = await readAt(handle, size - length, length);
  const at = endPlace(tail);
  if (at < 0) throw damaged('its list of contents is not at its end');
  let bytes = tail.readUInt32LE(at + 12);
  let place = tail.readUInt32LE(at + 16);
  if (bytes === WIDE || place === WIDE) {
    if (at < 20 || tail.readUInt32LE(at - 20) !== WIDE_LOCATOR_MARK)
      throw damaged('its list of contents is not found');
    const end = await readAt(handle, Number(tail.readBigUInt64LE(at - 12)), 56);
    if (end.length < 56 || end.readUInt32LE(0) !== WIDE_END_MARK)
      throw damaged('its list of contents is not found');
    bytes = Number(end.readBigUInt64LE(40));
    place = Number(end.readBigUInt64LE(48));
  }
  if (bytes > MAX_DIRECTORY_BYTES) throw damaged('its list of contents is too long');
  const directory = await readAt(handle, place, bytes);
  if (directory.length < bytes) throw damaged('its list of contents is cut off');
  return directory;
}

/** Where the last record of the archive starts, behind which only its comment is; -1: nowhere. */
function endPlace(tail: Buffer): number {
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END_MARK) continue;
    if (at + END_BYTES + tail.readUInt16LE(at + 20) <= tail.length) return at;
  }
  return -1;
}

async function readAt(handle: FileHandle, place: number, length: number): Promise<Buffer> {
  const { size } = await handle.stat();
  if (!Number.isSafeInteger(place) || place < 0 || place > size)
    throw damaged('its list of contents is not found');
  const bytes = Buffer.alloc(Math.min(length, size - place));
  let held = 0;
  while (held < bytes.length) {
    const { bytesRead } = await handle.read(bytes, held, bytes.length - held, place + held);
    if (bytesRead === 0) break;
    held += bytesRead;
  }
  return bytes.subarray(0, held);
}

/** Entries by their name in small letters, as Excel looks for them. */
function readDirectory(bytes: Buffer): Map<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  for (let at = 0; at + 46 <= bytes.length && bytes.readUInt32LE(at) === ENTRY_MARK; ) {
    const nameEnd = at + 46 + bytes.readUInt16LE(at + 28);
    const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
    const end = extraEnd + bytes.readUInt16LE(at + 32);
    if (end > bytes.length) throw damaged('its list of contents is cut off');
    const name = bytes
      .toString('utf8', at + 46, nameEnd)
      .replaceAll('\\', '/')
      .toLowerCase();
    if (entries.has(name)) throw damaged(`it has ${name.slice(0, 100)} twice`);
    const [unpacked, packed, place] = wideNumbers(bytes.subarray(nameEnd, extraEnd), [
      bytes.readUInt32LE(at + 24),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 42),
    ]);
    entries.set(name, {
      method: bytes.readUInt16LE(at + 10),
      isEncrypted: (bytes.readUInt16LE(at + 8) & 1) !== 0,
      crc: bytes.readUInt32LE(at + 16),
      packed,
      unpacked,
      place,
    });
    at = end;
  }
  return entries;
}

/** Those of size, packed size and place that are too large for 32 bits stand in an extra field (4.5.3). */
function wideNumbers(extra: Buffer, numbers: [number, number, number]): [number, number, number] {
  if (!numbers.includes(WIDE)) return numbers;
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1 && end <= extra.length) {
      let next = at + 4;
      return numbers.map((number) => {
        if (number !== WIDE || next + 8 > end) return number;
        next += 8;
        return Number(extra.readBigUInt64LE(next - 8));
      }) as [number, number, number];
    }
    at = end;
  }
  return numbers;
}
