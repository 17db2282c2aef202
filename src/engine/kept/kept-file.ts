/**
 * The file of kept rows: the length of its header (32 bits), the header as JSON, then blocks of so many rows each, first
 * the keys of a block (64 bits), then its probabilities (doubles) where there are any; all little-endian. The header has
 * the hash of each block and the file is named by the hash of its header, so a part of it can be read and known to be
 * what was written. Equal rows give equal bytes.
 */
import { closeSync, fstatSync, readSync } from 'node:fs';
import { z } from 'zod';
import { sha256 } from '../../base/hash.ts';
import { openRegularFileSync } from '../../base/regular-file.ts';
import type { KeptColumns } from '../port.ts';

const FORMAT = 'tidewatch-kept-rows/1';
/** Rows of a block: what is read to look up one key. */
const BLOCK = 4096;
const LENGTH_BYTES = 4;
const NUMBER_BYTES = 8;

const headerSchema = z.object({
  format: z.literal(FORMAT),
  rows: z.int().min(0),
  hasProbabilities: z.boolean(),
  /** Whether the keys ascend, so that one can be looked up. */
  ordered: z.boolean(),
  blocks: z.array(z.object({ firstKey: z.string().regex(/^\d{1,20}$/), sha256: z.string() })),
});

type Header = z.infer<typeof headerSchema>;

/** The bytes of a file of these rows, and the hash that it is named by. */
export function renderKept({ keys, probabilities }: KeptColumns): {
  readonly reference: string;
  readonly bytes: Buffer;
} {
  const blocks = Array.from({ length: Math.ceil(keys.length / BLOCK) }, (_, block) => {
    const [from, to] = [block * BLOCK, Math.min(keys.length, (block + 1) * BLOCK)];
    const parts = [
      keys.subarray(from, to),
      ...(probabilities === null ? [] : [probabilities.subarray(from, to)]),
    ];
    return Buffer.concat(parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength)));
  });
  const header: Header = {
    format: FORMAT,
    rows: keys.length,
    hasProbabilities: probabilities !== null,
    ordered: keys.every((key, place) => place === 0 || (keys[place - 1] as bigint) <= key),
    blocks: blocks.map((block, index) => ({ firstKey: String(keys[index * BLOCK]), sha256: sha256(block) })),
  };
  const text = Buffer.from(JSON.stringify(header), 'utf8');
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(text.length);
  return { reference: sha256(text), bytes: Buffer.concat([length, text, ...blocks]) };
}

/** A file of kept rows that is open for reading, its header checked. */
export interface KeptFile extends Pick<Header, 'rows' | 'hasProbabilities' | 'ordered'> {
  /** The first key of each block. */
  readonly firstKeys: BigUint64Array;
  /** The rows of a block; null where its bytes are not those that were written. */
  readBlock(block: number): KeptColumns | null;
  close(): void;
}

/** Opens the file that `reference` names; null where its header is not the one that was written. Must be closed. */
export function openKeptFile(path: string, reference: string): KeptFile | null {
  const handle = openRegularFileSync(path);
  try {
    const file = readHeader(handle, reference);
    if (file === null) closeSync(handle);
    return file;
  } catch (error) {
    closeSync(handle);
    throw error;
  }
}

function readHeader(handle: number, reference: string): KeptFile | null {
  const length = readBytes(handle, 0, LENGTH_BYTES);
  if (length.length < LENGTH_BYTES) return null;
  const text = readBytes(handle, LENGTH_BYTES, length.readUInt32LE());
  if (sha256(text) !== reference) return null;
  // The hash is that of what was written, so this is JSON of this form.
  const header = headerSchema.parse(JSON.parse(text.toString('utf8')));
  const { rows, ordered, hasProbabilities, blocks } = header;
  const rowBytes = NUMBER_BYTES * (hasProbabilities ? 2 : 1);
  const bodyFrom = LENGTH_BYTES + text.length;
  return {
    rows,
    ordered,
    hasProbabilities,
    firstKeys: BigUint64Array.from(blocks, ({ firstKey }) => BigInt(firstKey)),
    readBlock: (block) => {
      const length = Math.min(BLOCK, rows - block * BLOCK);
      const bytes = readBytes(handle, bodyFrom + block * BLOCK * rowBytes, length * rowBytes);
      return sha256(bytes) === blocks[block]?.sha256 ? columnsIn(bytes, length) : null;
    },
    close: () => closeSync(handle),
  };
}

/** So many bytes from a place of a file on, or those that there are. */
function readBytes(handle: number, from: number, length: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, Math.min(length, fstatSync(handle).size - from)));
  return bytes.subarray(0, readSync(handle, bytes, 0, bytes.length, from));
}

function columnsIn(bytes: Buffer, rows: number): KeptColumns {
  // A copy, since the bytes need not lie where an array of 64-bit numbers may begin.
  const numbers = new Uint8Array(bytes).buffer;
  return {
    keys: new BigUint64Array(numbers, 0, rows),
    probabilities:
      numbers.byteLength === rows * NUMBER_BYTES
        ? null
        : new Float64Array(numbers, rows * NUMBER_BYTES, rows),
  };
}
