import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileDateFormat, swappedFormat } from './date-format.ts';
import { DateTally, dateCandidates } from './date-tally.ts';

const read = (format: string, text: string): string | null => compileDateFormat(format).read(text);

describe('compileDateFormat', () => {
  it.each<[string, string, string]>([
    ['DD.MM.YYYY', '31.01.2024', '2024-01-31'],
    ['D.M.YYYY', '1.2.2024', '2024-02-01'],
    ['D.M.YYYY', '01.02.2024', '2024-02-01'],
    ['M/D/YYYY', '1/31/2024', '2024-01-31'],
    ['D/M/YY', '31/12/69', '2069-12-31'],
    ['D/M/YY', '31/12/70', '1970-12-31'],
    ['YYYYMMDD', '20240229', '2024-02-29'],
    ['YYYYMM', '202402', '2024-02-01'],
    ['YYYY-MM', '2024-02', '2024-02-01'],
    ['YYYY-[Q]Q', '2024-Q3', '2024-07-01'],
    ['MMM YYYY', 'Jan 2024', '2024-01-01'],
    ['MMM YYYY', 'märz 2024', '2024-03-01'],
    ['D MMM YYYY', '3 février 2024', '2024-02-03'],
    ['D. MMM YYYY', '3. Dezember 2024', '2024-12-03'],
    ['D [de] MMM [de] YYYY', '5 de agosto de 2023', '2023-08-05'],
    ['D-MMM-YY', '05-Sept-23', '2023-09-05'],
    ['D MMM YYYY', '7 févr. 2024', '2024-02-07'],
    ['DD.MM.YYYY HH:mm', '31.01.2024 09:30', '2024-01-31T09:30:00'],
    ['M/D/YYYY h:mm A', '1/31/2024 12:05 AM', '2024-01-31T00:05:00'],
    ['M/D/YYYY h:mm A', '1/31/2024 12:05 p.m.', '2024-01-31T12:05:00'],
    ['DD.MM.YYYY HH:mm:ss.SSS', '31.01.2024 09:30:01.25', '2024-01-31T09:30:01.250'],
    ['DD/MM/YYYY HH:mmZ', '01/03/2024 00:30+01:00', '2024-02-29T23:30:00Z'],
    ['YYYY/MM/DD[T]HH:mm:ssZ', '2024/01/31T09:30:00Z', '2024-01-31T09:30:00Z'],
    ['X', '1706693400', '2024-01-31T09:30:00Z'],
    ['x', '1706693400500', '2024-01-31T09:30:00.500Z'],
    ['excel', '45322', '2024-01-31'],
    ['excel', '45322.5', '2024-01-31T12:00:00'],
  ])('reads %s in %j as %s', (format, text, iso) => {
    expect(read(format, text)).toBe(iso);
  });

  it.each<[string, string]>([
    ['DD.MM.YYYY', '1.1.2024'],
    ['DD.MM.YYYY', '31.02.2024'],
    ['DD.MM.YYYY', '00.01.2024'],
    ['DD.MM.YYYY', '31.01.2024 '],
    ['DD.MM.YYYY', '31/01/2024'],
    ['M/D/YYYY', '13/1/2024'],
    ['YYYYMM', '202413'],
    ['YYYY-[Q]Q', '2024-Q5'],
    ['MMM YYYY', 'Foo 2024'],
    ['DD.MM.YYYY HH:mm', '31.01.2024 24:00'],
    ['M/D/YYYY h:mm A', '1/31/2024 13:05 PM'],
    ['excel', '0'],
    ['excel', '3000000'],
    ['X', '-5'],
  ])('reads nothing in %s from %j', (format, text) => {
    expect(read(format, text)).toBeNull();
  });

  it.each<[string, RegExp]>([
    ['DD.MM', /no year/],
    ['DD YYYY', /a day and no month/],
    ['YYYY-MM-DD mm', /no hour/],
    ['YYYY-MM-DD h:mm', /go together/],
    ['YYYY-MM-DD YY', /twice/],
    ['DMYYYY', /varying number/],
    ['YYYY week', /"w", which means nothing/],
    ['X YYYY', /more than seconds/],
  ])('refuses the format %j with its reason', (format, reason) => {
    expect(() => compileDateFormat(format)).toThrow(reason);
  });

  it('reads every day of the calendar, and no other, as Date.UTC has it', () => {
    const parts = fc.tuple(
      fc.integer({ min: 1583, max: 9999 }),
      fc.integer({ min: 0, max: 14 }),
      fc.integer({ min: 0, max: 33 }),
    );
    fc.assert(
      fc.property(
        parts,
        fc.constantFrom('DD.MM.YYYY', 'M/D/YYYY', 'YYYYMMDD'),
        ([year, month, day], format) => {
          const two = (value: number): string => String(value).padStart(2, '0');
          const text = format
            .replace('YYYY', String(year).padStart(4, '0'))
            .replace('MM', two(month))
            .replace('DD', two(day))
            .replace('M', String(month))
            .replace('D', String(day));
          const date = new Date(Date.UTC(year, month - 1, day));
          const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
          expect(read(format, text), text).toBe(isReal ? date.toISOString().slice(0, 10) : null);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('swappedFormat', () => {
  it("puts day and month in each other's place, where both are digits", () => {
    expect(swappedFormat('DD.MM.YYYY HH:mm')).toBe('MM.DD.YYYY HH:mm');
    expect(swappedFormat('M/D/YY')).toBe('D/M/YY');
    expect(swappedFormat('D MMM YYYY')).toBeNull();
    expect(swappedFormat('excel')).toBeNull();
  });
});

describe('DateTally', () => {
  const candidates = dateCandidates(false);
  const isIso = (text: string): boolean => /^\d{4}-\d\d(?:-\d\d)?$/.test(text);
  const tallyOf = (texts: readonly string[], isNamedTime = false): DateTally => {
    const tally = new DateTally(candidates, isNamedTime, isIso);
    for (const text of texts) tally.add(text);
    return tally;
  };
  const formats = (tally: DateTally): string[] =>
    tally.isDates ? tally.fits.map(({ format }) => format) : [];

  it.each<[readonly string[], readonly string[]]>([
    [['1.2.2024', '31.12.2023'], ['D.M.YYYY']],
    [['1/2/2024', '12/31/2023'], ['M/D/YYYY']],
    [
      ['1/2/2024', '3/4/2023'],
      ['D/M/YYYY', 'M/D/YYYY'],
    ],
    [['1/2/2024 9:30 AM', '12/31/2023 1:00 PM'], ['M/D/YYYY h:mm A']],
    [['Jan 2024', 'Mai 2024'], ['MMM YYYY']],
    [['2024-Q1', '2023-Q4'], ['YYYY-[Q]Q']],
    [['2024-01-31', '2024-02-01'], []],
    [['plan A', '3 months'], []],
    [['1.5', '2.75'], []],
  ])('finds in %j the formats %j', (texts, found) => {
    expect(formats(tallyOf(texts))).toEqual(found);
  });

  it('takes numbers for dates only where the name speaks of time and all of them are such', () => {
    expect(formats(tallyOf(['20170129', '20161231'], true))).toEqual(['YYYYMMDD']);
    expect(formats(tallyOf(['201701', '201612'], true))).toEqual(['YYYYMM']);
    expect(formats(tallyOf(['1706693400', '1606693400'], true))).toEqual(['X']);
    expect(formats(tallyOf(['20170129', '20161231']))).toEqual([]);
    expect(formats(tallyOf(['20170129', '20161399'], true))).toEqual([]);
  });
});
