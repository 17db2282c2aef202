/** A font without its rules of layout, which take most of the time to read and which Latin text can do without. */
import { readFileSync } from 'node:fs';

/** Positions and replacements of glyphs (OpenType Layout), and kerning. */
const LAYOUT = new Set(['GDEF', 'GPOS', 'GSUB', 'kern']);
const HEADER = 12;
const RECORD = 16;

/**
 * The TrueType file at `path` without those tables: letters keep their shapes and widths, pairs are not kerned and
 * letters not joined. A file of another kind comes back as it is.
 */
export function readPlainFont(path: string): Buffer {
  const font = readFileSync(path);
  if (font.length < HEADER || font.readUInt32BE(0) !== 0x00010000) return font;
  const records = Array.from({ length: font.readUInt16BE(4) }, (_, index) => {
    const at = HEADER + RECORD * index;
    return font.subarray(at, at + RECORD);
  }).filter((record) => !LAYOUT.has(record.toString('latin1', 0, 4)));
  const head = Buffer.from(Buffer.concat([font.subarray(0, HEADER), ...records]));
  head.writeUInt16BE(records.length, 4);
  const parts: Buffer[] = [head];
  let at = head.length;
  for (const [index, record] of records.entries()) {
    const [from, length] = [record.readUInt32BE(8), record.readUInt32BE(12)];
    const padded = Math.ceil(length / 4) * 4;
    head.writeUInt32BE(at, HEADER + RECORD * index + 8);
    parts.push(font.subarray(from, from + length), Buffer.alloc(padded - length));
    at += padded;
  }
  return Buffer.concat(parts);
}
