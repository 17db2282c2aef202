import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LARGEST_NUMBER } from '../../core/columns/number-limit.ts';
import type { TableContract } from '../contract/table-contract.ts';
import { renderNumber } from './number-text.ts';
import { LF, RecordReader } from './record-reader.ts';
import { RowWriter } from './row-writer.ts';

const CONTRACT: TableContract = {
  columns: [
    { name: 'id', role: 'id' },
    { name: 'n', role: 'numeric' },
    { name: 'left', role: 'target' },
  ],
  positive: 'yes',
  negative: 'no',
  missingTexts: ['NA'],
};

function write(line: string, contract = CONTRACT): { line: string | null; writer: RowWriter } {
  const writer = new RowWriter({ contract, negative: contract.negative, targetOptional: false });
  const positions = contract.columns.map((_, k) => k);
  writer.begin({ width: positions.length, positions, extraColumns: [], matched: [], raw: '' });
  const bytes = Buffer.from(`${line}\n`);
  const reader = new RecordReader(8);
  bytes[bytes.length - 1] = LF;
  reader.read(bytes, 0, bytes.length - 1, true);
  const out = Buffer.alloc(writer.room(reader));
  const end = writer.write(bytes, reader, out, 0);
  return { line: end < 0 ? null : out.toString('utf8', 0, end), writer };
}

describe('RowWriter', () => {
  it('writes every number up to the largest that is taken as the shortest text of its double, and no other', () => {
    const largest = fc.constantFrom(LARGEST_NUMBER, -LARGEST_NUMBER, 1.0000000000000002e100, 1.7e308);
    const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), largest);
    fc.assert(
      fc.property(number, fc.nat(20), (value, digits) => {
        for (const text of [
          String(value),
          value.toExponential(),
          value.toPrecision(digits + 1),
          `+${Math.abs(value)}`,
        ]) {
          const isTaken = Math.abs(Number(text)) <= LARGEST_NUMBER;
          const line = isTaken ? `a,${renderNumber(Number(text))},yes\n` : null;
          expect(write(`a,${text},yes`).line).toBe(line);
        }
      }),
    );
  });

  it('writes decimals of any look as the shortest text of their double', () => {
    const decimal = fc.stringMatching(/^-?\d{1,17}(\.\d{0,9})?$/);
    fc.assert(
      fc.property(decimal, (text) => {
        expect(write(`a,${text},yes`).line).toBe(`a,${renderNumber(Number(text))},yes\n`);
      }),
      { numRuns: 2000 },
    );
  });

  it('notes that a column has fractions or missing values only for rows that are accepted', () => {
    expect(write('a,0.5,yes').writer.fractional).toEqual([false, true, false]);
    expect(write('a,0.5,perhaps').writer.fractional).toEqual([false, false, false]);
    expect(write('a,NA,no').writer.missing).toEqual([0, 1, 0]);
    expect(write(',NA,no').writer.missing).toEqual([0, 0, 0]);
  });

  it('writes a label as the contract has it, and takes equal numbers for one label', () => {
    const numbers = { ...CONTRACT, positive: '1', negative: '0' };
    expect(write('a,1, yes ').line).toBe('a,1,yes\n');
    expect(write('a,1,1.0', numbers).line).toBe('a,1,1\n');
    expect(write('a,1,00', numbers).line).toBe('a,1,0\n');
    expect(write('a,1,True', numbers).line).toBe('a,1,1\n');
    expect(write('a,1,FALSE', numbers).line).toBe('a,1,0\n');
    expect(write('a,1,yes', numbers).line).toBeNull();
  });

  it('writes the synonyms of a label as the label, and those that say no outcome yet as missing', () => {
    const synonyms = { positive: ['quit'], negative: ['trial', '2'], open: ['Joined', '3'] };
    const several = { ...CONTRACT, synonyms };
    expect(write('a,1,quit', several).line).toBe('a,1,yes\n');
    expect(write('a,1, trial', several).line).toBe('a,1,no\n');
    expect(write('a,1,2.0', several).line).toBe('a,1,no\n');
    expect(write('a,1,no', several).line).toBe('a,1,no\n');
    for (const open of ['Joined', ' Joined ', '3', '3.0']) {
      const { line, writer } = write(`a,1,${open}`, several);
      expect(line).toBe('a,1,\n');
      expect(writer.missing).toEqual([0, 0, 1]);
    }
    const { line, writer } = write('a,1,joined', several);
    expect(line).toBeNull();
    expect(writer.refusals[0]?.reason).toBe(
      'left: got "joined", expected "yes", "quit", "no", "trial", "2", "Joined" or "3"',
    );
    const open = { ...several, negative: null };
    expect(write('a,1,Joined', open).line).toBe('a,1,\n');
    expect(write('a,1,else', open).writer.labels).toEqual(new Map([['else', 1]]));
  });

  it('has room for the longest line that a record can become', () => {
    const many: TableContract = {
      ...CONTRACT,
      columns: [
        ...CONTRACT.columns.slice(0, 2),
        { name: 'm', role: 'numeric' },
        { name: 'left', role: 'target' },
      ],
    };
    expect(write('a,1e20,-.5e-300,no', many).line).toBe('a,100000000000000000000,-5e-301,no\n');
  });
});
