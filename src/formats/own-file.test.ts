import { describe, expect, it } from 'vitest';
import { pulledName } from '../steps/pull/pulled-files.ts';
import type { TableContract } from './contract/table-contract.ts';
import { contractFor, hasCells } from './own-file.ts';

const contract: TableContract = {
  columns: [{ name: 'client', role: 'id' }],
  positive: '1',
  negative: '0',
  missingTexts: [],
  reading: {
    delimiter: ';',
    encoding: 'iso-8859-15',
    skipLines: 2,
    descriptionLines: 1,
    decimal: ',',
    thousands: '.',
    sheet: null,
  },
};

describe('contractFor', () => {
  it.each([
    'outcomes-2026-03-01-0123abcd.csv',
    'source-000001-crm-to-2026-03-01-0123456789ab.csv.gz',
    pulledName(1, 'crm', '2024-01-31 09:30:00', 'ab'.repeat(32)),
    'readmitted-0123456789abcdef-typed.csv',
    '/in/.readmitted-0123456789abcdef-typed.csv.x.01234567.part',
  ])('reads %s, which this system wrote, as it writes files', (name) => {
    const { reading: _, ...plain } = contract;
    expect(contractFor(name, contract)).toEqual(plain);
  });

  it.each([
    'clients.csv',
    'outcomes.csv',
    'source-1.csv',
    'readmitted-0123456789abcdef.csv',
    'readmitted-0123456789abcdef-cells.csv',
    'my-outcomes-2026-03-01-0123abcd.csv',
  ])('reads %s as the configuration says', (name) => {
    expect(contractFor(name, contract)).toBe(contract);
  });
});

describe('hasCells', () => {
  it('is true of formats that tell texts from numbers, and of their rows that were put back', () => {
    const names = ['a.xlsx', 'a.XLSM', 'a.parquet', '.readmitted-0123456789abcdef-cells.csv.x.01234567.part'];
    expect(names.map(hasCells)).toEqual([true, true, true, true]);
    const others = ['a.csv', 'readmitted-0123456789abcdef.csv', 'my-readmitted-0123456789abcdef-cells.csv'];
    expect(others.map(hasCells)).toEqual([false, false, false]);
  });
});
