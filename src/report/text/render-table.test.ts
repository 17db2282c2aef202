import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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

  it('takes control characters out of cells', () => {
    const table = renderTable([{ header: 'id' }], [['a\u001b[2Jb\u0007c\rd']], { width: 40, colour: false });
    expect(table.split('\n')[2]).toBe('a[2Jbcd');
  });

  it('never exceeds a width that leaves six characters a column, whatever the cells are', () => {
    const cell = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'b', ' ', '-', '.'), maxLength: 40 }),
      fc.double({ noNaN: true }),
      fc.constant(null),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell), { maxLength: 6 }),
        fc.integer({ min: 22, max: 60 }),
        (cells, width) => {
          const lines = renderTable(columns, cells, { width, colour: false }).split('\n');
          expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  it('draws only the head where there are no rows', () => {
    expect(renderTable(columns, [], { width: 40, colour: false }).split('\n')[0]).toBe('file  rows  status');
  });
});
