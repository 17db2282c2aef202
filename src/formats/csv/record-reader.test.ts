import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineCount } from './line-count.ts';
import { ESCAPED, LF, RecordReader } from './record-reader.ts';

interface Found {
  readonly line: number;
  readonly fields: readonly string[] | null;
  readonly raw: string;
}

/** Reads `text` as if it arrived in pieces that end at `cuts`. */
function readAll(text: string, cuts: readonly number[] = [], delimiter = ','): Found[] {
  const all = Buffer.from(text, 'latin1');
  const reader = new RecordReader(50);
  reader.delimiter = delimiter.charCodeAt(0);
  const found: Found[] = [];
  const limits = [...cuts.filter((cut) => cut < all.length).sort((a, b) => a - b), all.length];
  let at = 0;
  let line = 1;
  for (const [k, limit] of limits.entries()) {
    const bytes = new Uint8Array(limit + 1);
    bytes.set(all.subarray(0, limit));
    bytes[limit] = LF;
    while (at < limit && reader.read(bytes, at, limit, k === limits.length - 1)) {
      const fields =
        reader.damage === null
          ? Array.from({ length: reader.fields }, (_, f) => textOf(bytes, reader, f))
          : null;
      if (!reader.blank) found.push({ line, fields, raw: Buffer.from(reader.raw(bytes)).toString('latin1') });
      line += reader.lines;
      at = reader.next;
    }
  }
  expect(at).toBe(all.length);
  return found;
}

function textOf(bytes: Uint8Array, reader: RecordReader, field: number): string {
  const text = Buffer.from(bytes.subarray(reader.starts[field], reader.ends[field])).toString('latin1');
  return reader.quoting[field] === ESCAPED ? text.replaceAll('""', '"') : text;
}

/** The same by a regular expression over the whole text. */
function readSlowly(text: string): Found[] {
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r$|$)/y;
  const found: Found[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const fields: string[] = [];
    let end = at;
    let damaged = false;
    for (;;) {
      field.lastIndex = end;
      const match = field.exec(text);
      if (match === null || match[0].includes('\0')) {
        damaged = true;
        break;
      }
      fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
      end += match[0].length;
      if (match[3] !== ',') break;
    }
    const lf = text.indexOf('\n', at);
    if (damaged) end = lf === -1 ? text.length : lf + 1;
    const record = text.slice(at, end);
    const raw = record.replace(/\r?\n$|\r$/, '');
    if (raw !== '' || damaged) found.push({ line, fields: damaged ? null : fields, raw });
    line += record.split('\n').length - 1;
    at = end;
  }
  return found;
}

const piece = fc.constantFrom(
  'a',
  'b1',
  ',',
  ',',
  '"',
  '""',
  '\n',
  '\n',
  '\r\n',
  '\r',
  '\0',
  ' ',
  'é',
  '"x"',
  '"y,z"',
  '"u\nv"',
);
const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

describe('RecordReader', () => {
  it('finds what the grammar says, in texts sound and damaged', () => {
    fc.assert(
      fc.property(text, (content) => {
        expect(readAll(content)).toEqual(readSlowly(content));
      }),
      { numRuns: 2000 },
    );
  });

  it('finds the same wherever the text is cut into pieces', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(60)), (content, cuts) => {
        expect(readAll(content, cuts)).toEqual(readAll(content));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([';', '\t', '|'])('finds with %j between fields what it finds with commas', (delimiter) => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(60)), (content, cuts) => {
        const other = (each: string) => each.replaceAll(',', delimiter);
        const expected = readAll(content).map(({ line, fields, raw }) => ({
          line,
          fields: fields?.map(other) ?? null,
          raw: other(raw),
        }));
        expect(readAll(other(content), cuts, delimiter)).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('loses one line, not the rest of the file, to a quote that is not closed', () => {
    expect(readAll('a,b\n"c,d\ne,f\n').map((record) => record.fields)).toEqual([
      ['a', 'b'],
      null,
      ['e', 'f'],
    ]);
  });

  it('gives up on a quoted field of more than two million bytes', () => {
    const long = `"${`${'x'.repeat(999)}\n`.repeat(2100)}",1\nlast,2\n`;
    const records = readAll(long);
    const [first, second] = records;
    expect(first).toMatchObject({ line: 1, fields: null, raw: `"${'x'.repeat(999)}` });
    expect(second).toMatchObject({ line: 2, fields: ['x'.repeat(999)] });
    expect(records.at(-1)).toMatchObject({ line: 2102, fields: ['last', '2'] });
  });
});

describe('LineCount', () => {
  it('agrees with the reader on lines, and on records where nothing is damaged, however the text is cut', () => {
    fc.assert(
      fc.property(text, fc.nat(200), (content, cut) => {
        const bytes = new Uint8Array(Buffer.from(content, 'latin1'));
        const at = Math.min(cut, bytes.length);
        const count = new LineCount();
        count.add(bytes, 0, at);
        count.add(bytes, at, bytes.length);
        count.end();
        const records = readAll(content);
        expect(count.lines).toBe(
          content.split('\n').length - (content === '' || content.endsWith('\n') ? 1 : 0),
        );
        if (records.every((record) => record.fields !== null)) expect(count.records).toBe(records.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('counts plain lines the quick way just as the slow way', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', ',', '1', '~'), minLength: 1 })),
        fc.boolean(),
        fc.nat(30),
        (lines, ended, cut) => {
          const content = lines.join('\n') + (ended && lines.length > 0 ? '\n' : '');
          const bytes = new Uint8Array(Buffer.from(content));
          const at = Math.min(cut, bytes.length);
          const count = new LineCount();
          count.add(bytes, 0, at);
          count.add(bytes, at, bytes.length);
          count.end();
          expect([count.lines, count.records]).toEqual([lines.length, lines.length]);
        },
      ),
    );
  });
});
