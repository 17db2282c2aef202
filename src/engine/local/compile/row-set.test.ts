import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LineTotals } from './line-block.ts';
import { LineFeed } from './line-feed.ts';
import { hashLine, type LineHasher } from './line-hash.ts';
import type { LineSink } from './line-sink.ts';
import { type RowFile, RowSet } from './row-set.ts';
import { RowTable } from './row-table.ts';

/** Bytes before the first line, as a header has them. */
const HEADER = 2;

/** What FinalFile is to the set, in memory; it counts what is read back. */
class MemoryFile implements RowFile {
  position = HEADER;
  bytes = Buffer.alloc(1 << 16);
  bytesRead = 0;
  reads = 0;

  write(lines: Uint8Array): void {
    const room = this.position + lines.length;
    if (room > this.bytes.length) this.bytes = Buffer.concat([this.bytes], room * 2);
    this.bytes.set(lines, this.position);
    this.position = room;
  }

  read(place: number, into: Uint8Array): number {
    const part = this.bytes.subarray(place, Math.min(this.position, place + into.length));
    into.set(part);
    this.bytesRead += part.length;
    this.reads++;
    return part.length;
  }
}

async function distinct(
  lines: readonly string[],
  expected = 0,
  hasher: LineHasher = hashLine,
): Promise<{ text: string; totals: LineTotals; half: LineTotals; file: MemoryFile }> {
  const file = new MemoryFile();
  const set = new RowSet(file, new RowTable(1e9), hasher);
  const sink: LineSink = {
    threaded: false,
    resume: async () => false,
    expect: (rows) => set.expect(rows),
    put: async (block) => set.take(block),
    finish: async () => ({ id: '', pieces: [], bytes: 0 }),
    close: async () => {},
  };
  const feed = new LineFeed(sink);
  if (expected > 0) feed.expect(expected);
  let half = feed.mark();
  for (const [k, line] of lines.entries()) {
    if (k === lines.length >> 1) half = feed.mark();
    const bytes = Buffer.from(line);
    feed.reserve(bytes.length);
    feed.block.set(bytes, feed.position);
    feed.add(feed.position + bytes.length);
  }
  const totals = feed.mark();
  await feed.finish();
  return {
    text: file.bytes.subarray(HEADER, file.position).toString(),
    totals: await totals,
    half: await half,
    file,
  };
}

function totalsOf(lines: readonly string[]): LineTotals {
  const set = new Set(lines);
  const unlabelled = [...set].filter((line) => line.endsWith(',\n')).length;
  return { kept: set.size, duplicates: lines.length - set.size, unlabelled };
}

describe('RowSet', () => {
  it('keeps the first of equal lines, in order, and counts them up to any mark', async () => {
    const line = fc.oneof(
      fc.nat(40).map(String),
      fc.string({ unit: fc.constantFrom('a', 'b', ','), maxLength: 9 }),
      fc.constant('"x\n"'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 300 }), async (texts) => {
        const lines = texts.map((text) => `${text}\n`);
        const { text, totals, half } = await distinct(lines);
        expect(text).toBe([...new Set(lines)].join(''));
        expect(totals).toEqual(totalsOf(lines));
        expect(half).toEqual(totalsOf(lines.slice(0, lines.length >> 1)));
      }),
    );
  });

  it('does so over many blocks, with and without knowing how many lines will come', async () => {
    const lines = Array.from(
      { length: 400_000 },
      (_, i) => `client-${(i * 7919) % 300_000},some text to fill,1\n`,
    );
    const wanted = [...new Set(lines)].join('');
    for (const expected of [0, 1000, 400_000]) {
      expect((await distinct(lines, expected)).text === wanted).toBe(true);
    }
  });

  it('tells lines apart that have the same hash, of one block and of several', async () => {
    const lines = Array.from({ length: 3000 }, (_, i) => `${(i * 31) % 700},${'x'.repeat(900)}\n`);
    const wanted = [...new Set(lines)].join('');
    for (const hashes of [1, 3]) {
      const weak: LineHasher = (bytes, start, _end, into) => {
        into.top = 0;
        return (bytes[start] as number) % hashes;
      };
      const { text, totals } = await distinct(lines, 0, weak);
      expect(text === wanted).toBe(true);
      expect(totals).toEqual(totalsOf(lines));
    }
  });

  it('reads little back for lines that all come again, in the same order or the same line each time', async () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `client-${i},some text to fill,1\n`);
    const twice = await distinct([...lines, ...lines]);
    expect(twice.totals.duplicates).toBe(lines.length);
    expect(twice.file.bytesRead).toBeLessThan(3 * lines.join('').length);
    expect(twice.file.reads).toBeLessThan(1000);
    const same = await distinct(Array.from({ length: 300_000 }, () => 'a client,1\n'));
    expect(same.totals).toEqual({ kept: 1, duplicates: 299_999, unlabelled: 0 });
    expect(same.file.bytesRead).toBeLessThan(1000);
  });

  it('keeps 19 bytes a line at most, however long lines are, and says so where that is too much', async () => {
    const write = async (rows: number, maxBytes: number): Promise<RowTable> => {
      const table = new RowTable(maxBytes);
      const set = new RowSet(new MemoryFile(), table);
      const lines = Array.from({ length: rows }, (_, i) => Buffer.from(`client-${i}\n`));
      const ends = new Int32Array(rows);
      lines.reduce((end, line, k) => {
        ends[k] = end + line.length;
        return end + line.length;
      }, 0);
      set.take({ bytes: Buffer.concat(lines), ends, count: rows, marks: [] });
      return table;
    };
    expect((await write(60_000, 1e9)).bytes).toBeLessThan(60_000 * 19 + (1 << 17));
    await expect(write(60_000, 500_000)).rejects.toMatchObject({ code: 'out-of-memory' });
  });

  it('takes a line that is longer than a block', async () => {
    const long = `${'x'.repeat(5_000_000)}\n`;
    expect((await distinct(['a\n', long, 'b\n', long, 'a\n'])).text).toBe(`a\n${long}b\n`);
  });
});
