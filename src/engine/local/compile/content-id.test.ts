import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ContentId, contentIdOf, PIECE_BYTES } from './content-id.ts';

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

function idOf(bytes: Uint8Array, step: number): string {
  const id = new ContentId();
  for (let at = 0; at < bytes.length; at += step) id.add(bytes.subarray(at, at + step));
  return id.finish();
}

const content = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * i) >>> 3);

describe('the id of a content', () => {
  it.each([0, 1, 1000, PIECE_BYTES - 1, PIECE_BYTES])('is its SHA-256 for %i bytes', (length) => {
    const bytes = content(length);
    expect(idOf(bytes, 99_991)).toBe(sha256(bytes));
  });

  it('is that of its pieces where there are several, in whatever steps it comes', () => {
    const bytes = content(2 * PIECE_BYTES + 5);
    const pieces = [0, 1, 2].map((k) => sha256(bytes.subarray(k * PIECE_BYTES, (k + 1) * PIECE_BYTES)));
    expect(idOf(bytes, 99_991)).toBe(sha256(pieces.join('')));
    expect(idOf(bytes, bytes.length)).toBe(sha256(pieces.join('')));
  });

  it('goes on from the pieces of earlier bytes and what came after them', async () => {
    const bytes = content(2 * PIECE_BYTES + 77);
    const before = PIECE_BYTES + 1000;
    const earlier = new ContentId();
    earlier.add(bytes.subarray(0, before));
    const id = new ContentId(earlier.pieces);
    id.add(bytes.subarray(PIECE_BYTES, before));
    id.add(bytes.subarray(before));
    const folder = mkdtempSync(join(tmpdir(), 'content-'));
    writeFileSync(join(folder, 'file'), bytes);
    expect(id.finish()).toBe(await contentIdOf(join(folder, 'file')));
    rmSync(folder, { recursive: true });
  });
});
