import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth } from './display-width.ts';
import { renderTable } from './render-table.ts';

const columns = [{ header: 'file' }, { header: 'rows' }, { header: 'status' }];
const rows = [
  ['dataset1.csv', 17, 'accepted'],
  ['dataset2.csv', 1234, null],
];

describe('renderTable', () => {
  it('draws a head, a line and the rows, numbers to the right and absent cells as dashes', () => {
    expect(renderTable(columns, rows, { width: 80, colour: false })).toBe(
      [
        'file           rows  status',
        '────────────  ─────  ────────',
        'dataset1.csv     17  accepted',
        'dataset2.csv  1,234  –',
      ].join('\n'),
    );
  });

  it('has a bold head where colour is asked for and no code at all where it is not', () => {
    const coloured = renderTable(columns, rows, { width: 80, colour: true });
    expect(coloured).toContain('\u001b[1mfile\u001b[22m');
    expect(stripVTControlCharacters(coloured)).toBe(renderTable(columns, rows, { width: 80, colour: false }));
  });

  it('wraps long text between words, and inside a word too long for its column, losing nothing', () => {
    const text = 'the header has no column "exited" averyveryverylongfilename.csv';
    const table = renderTable([{ header: 'why' }, { header: 'n' }], [[text, 3]], {
      width: 30,
      colour: false,
    });
    const letters = table.split('\n').slice(2).join('').replace(/[\s3]/g, '');
    expect(letters).toBe(text.replace(/\s/g, ''));
  });

  it('shows control characters in cells as escapes', () => {
    const table = renderTable([{ header: 'id' }], [['a\u001b[2Jb\u0007c\rd']], { width: 40, colour: false });
    expect(table.split('\n')[2]).toBe('a\\u001b[2Jb\\u0007c\\u000dd');
  });

  it('never takes more columns than there are, in any script, and loses nothing', () => {
    const cell = fc.oneof(
      fc.string({
        unit: fc.constantFrom('a', 'b', ' ', '-', '客', '户', '👩‍👧', 'é', 'e\u0301'),
        maxLength: 40,
      }),
      fc.double({ noNaN: true }),
      fc.constant(null),
    );
    const essence = (text: string) => [...text.replace(/[\s─]|: /g, '')].sort().join('');
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 7, maxLength: 7 }), { maxLength: 6 }),
        fc.constantFrom(30, 60, 80, 120),
        (cells, width) => {
          const wide = Array.from({ length: 7 }, (_, index) => ({ header: `h${index}` }));
          const table = renderTable(wide, cells, { width, colour: false });
          for (const line of table.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width);
          if (!table.includes('h0: ')) {
            expect(essence(table)).toBe(essence(renderTable(wide, cells, { width: 9999, colour: false })));
          }
        },
      ),
    );
  });

  it('aligns columns of wide characters', () => {
    const table = renderTable(
      [{ header: 'client' }, { header: 'n' }],
      [
        ['上海客户', 1],
        ['Zoë', 22],
      ],
      { width: 40, colour: false },
    );
    expect(table).toBe(['client     n', '────────  ──', '上海客户   1', 'Zoë       22'].join('\n'));
  });

  it('never breaks a number: where a table cannot be kept together, a row is a block of lines', () => {
    const many = Array.from({ length: 8 }, (_, index) => ({ header: `measure ${index}` }));
    const table = renderTable(many, [many.map((_, index) => 1_234_567.5 * (index + 1))], {
      width: 40,
      colour: false,
    });
    expect(table.split('\n').slice(0, 2)).toEqual(['measure 0: 1,234,568', 'measure 1: 2,469,135']);
  });

  it('keeps a text from turning the direction of what follows', () => {
    const table = renderTable([{ header: 'id' }], [['a\u202eb\u2028c']], { width: 40, colour: false });
    expect(table.split('\n')[2]).toBe('a\\u202eb\\u2028c');
  });

  it('draws only the head where there are no rows', () => {
    expect(renderTable(columns, [], { width: 40, colour: false }).split('\n')[0]).toBe('file  rows  status');
  });
});
