import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NumberStyle, numberReader } from '../../core/values/number-style.ts';
import type { ContractColumn, Reading, TableContract } from '../contract/table-contract.ts';
import { renderNumber } from './number-text.ts';
import { LF, RecordReader } from './record-reader.ts';
import { RowWriter } from './row-writer.ts';

const READING: Reading = {
  delimiter: null,
  encoding: null,
  skipLines: null,
  descriptionLines: 0,
  decimal: '.',
  thousands: null,
  sheet: null,
};
const GERMAN = { decimal: ',', thousands: '.' } as const;

function writerOf(
  column: Omit<ContractColumn, 'name'>,
  reading: Partial<Reading> = {},
  typed = false,
): RowWriter {
  const contract: TableContract = {
    columns: [{ name: 'c', ...column }],
    positive: 'Yes',
    negative: 'No',
    missingTexts: ['NA'],
    reading: { ...READING, ...reading },
  };
  const writer = new RowWriter({ contract, negative: contract.negative, targetOptional: false });
  writer.begin({ width: 1, positions: [0], extraColumns: [], matched: [], raw: '' }, typed);
  return writer;
}

/** What the writer makes of a field in quotes, or why it does not take it. */
function put(writer: RowWriter, text: string, quote = '"'): string {
  const bytes = Buffer.from(`${quote}${text}${quote}\n`);
  const reader = new RecordReader(2);
  bytes[bytes.length - 1] = LF;
  reader.read(bytes, 0, bytes.length - 1, true);
  const out = Buffer.alloc(writer.room(reader));
  const end = writer.write(bytes, reader, out, 0);
  return end < 0 ? (writer.refusals[0]?.reason ?? '') : out.toString('utf8', 0, end - 1);
}

describe('RowWriter with a style', () => {
  it('writes what the reader of the style reads, whichever bytes it goes by', () => {
    const style = fc.record({
      decimal: fc.constantFrom('.' as const, ',' as const),
      thousands: fc.constantFrom(null, ' ' as const, "'" as const, '.' as const, ',' as const),
      unit: fc.constantFrom(null, '€', '$', 'GB', '%'),
    });
    const text = fc
      .tuple(
        fc.constantFrom('', '-', '(', '$', '€ ', '-$', '%'),
        fc.stringMatching(/^[0-9]{1,4}([.,' \u00a0][0-9]{1,4}){0,2}$/),
        fc.constantFrom('', ' €', '$', ' GB', 'GB', '%', ' %', ')', '-', ' USD'),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        style.filter(({ decimal, thousands }) => decimal !== thousands),
        text,
        ({ decimal, thousands, unit }: NumberStyle, field) => {
          const value = numberReader({ decimal, thousands, unit })(field.trim());
          const writer = writerOf(
            { role: 'numeric', ...(unit === null ? {} : { unit }) },
            { decimal, thousands },
          );
          const line = put(writer, field);
          if (Number.isNaN(value)) expect(line).toContain('c: got "');
          else expect(line, field).toBe(renderNumber(value));
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('does not take a number with a point for one where the configuration says a comma', () => {
    const writer = writerOf({ role: 'numeric' }, GERMAN);
    expect(put(writer, '1.234')).toBe('1234');
    expect(put(writer, '1.23')).toMatch(
      /^c: got "1\.23", which has a decimal point, and the configuration says a comma/,
    );
    expect(put(writer, '12')).toBe('12');
    expect(put(writer, 'NA')).toBe('""');
  });

  it('says the number that was read where it is out of range, and its text as it stands', () => {
    const writer = writerOf({ role: 'numeric', unit: '€', range: { min: null, max: 1000 } }, GERMAN);
    expect(put(writer, '1.234,50 €')).toMatch(
      /^c: got "1\.234,50 €" \(1234\.5\), expected a number of at most 1000/,
    );
    expect(put(writer, '999,50 €')).toBe('999.5');
  });

  it('takes a number of a format that has numbers as it is, and a text by the style', () => {
    const typed = writerOf({ role: 'numeric', unit: '%' }, GERMAN, true);
    expect(put(typed, '0.125', '')).toBe('0.125');
    expect(put(typed, '1.234', '')).toBe('1.234');
    expect(put(typed, '12,5 %')).toBe('0.125');
    expect(put(writerOf({ role: 'numeric', unit: '%' }), '12', '')).toMatch(/expected a percent sign/);
  });

  it('writes dates of a format in ISO 8601, and a bare month as its first day', () => {
    const dates = writerOf({ role: 'time', dates: 'DD.MM.YYYY HH:mm' });
    expect(put(dates, '31.01.2024 09:30')).toBe('2024-01-31T09:30:00');
    expect(put(dates, '2024-01-31T09:30:00Z')).toBe('2024-01-31T09:30:00Z');
    expect(put(dates, '01/31/2024')).toBe(
      'c: got "01/31/2024", expected a date written as DD.MM.YYYY HH:mm (`input.dates` in config.json)',
    );
    expect(put(writerOf({ role: 'time' }), '2024-01')).toBe('2024-01-01');
    expect(put(writerOf({ role: 'time' }), '2024-13')).toMatch(/expected a time such as/);
  });

  it('takes words of any language for labels that are such words, and for no others', () => {
    const words = writerOf({ role: 'target' });
    expect(['yes', 'YES', 'ja', 'Oui', '\u0434\u0430'].map((label) => put(words, label))).toEqual(
      Array(5).fill('Yes'),
    );
    expect(['no', 'nein', 'n'].map((label) => put(words, label))).toEqual(Array(3).fill('No'));
    expect(put(words, '1')).toMatch(/expected "Yes" or "No"/);
  });
});

describe('RowWriter.misread', () => {
  const misread = (writer: RowWriter, ...texts: string[]): string | null => {
    for (const text of texts) put(writer, text);
    return writer.misread;
  };

  it('names a file whose numbers have the other decimal mark where some were taken for others', () => {
    const reason = misread(writerOf({ role: 'numeric' }), '1.234', '5.678', '1.234,50', '12');
    expect(reason).toMatch(/^c: "1\.234,50" has a decimal comma, and the configuration says a point/);
    expect(misread(writerOf({ role: 'numeric' }, GERMAN), '1,234', '1,234.50', '7')).toMatch(
      /has a decimal point/,
    );
    const euro = writerOf({ role: 'numeric', unit: '€' }, { thousands: ',' });
    expect(misread(euro, '€1.234', '€5,678', '€1.234,50')).toMatch(/has a decimal comma/);
  });

  it('leaves a few odd numbers to the quarantine, and a file in which none was taken for another', () => {
    expect(misread(writerOf({ role: 'numeric' }), '1.234', '1.5', '2.5', '5,5')).toBeNull();
    expect(misread(writerOf({ role: 'numeric' }), '12', '13', '5,5')).toBeNull();
    expect(misread(writerOf({ role: 'numeric' }), '1.234', '5.678')).toBeNull();
  });

  it("names a file whose dates have day and month in each other's place", () => {
    const writer = writerOf({ role: 'time', dates: 'D/M/YYYY' });
    expect(misread(writer, '1/2/2024', '1/31/2024')).toMatch(
      /^c: "1\/31\/2024" has day and month in each other's place/,
    );
    expect(
      misread(writerOf({ role: 'time', dates: 'D/M/YYYY' }), '1/2/2024', '31/1/2024', '1/31/2024'),
    ).toBeNull();
  });

  it('judges each file by itself', () => {
    const writer = writerOf({ role: 'numeric' });
    expect(misread(writer, '1.234', '1.234,50')).not.toBeNull();
    writer.begin({ width: 1, positions: [0], extraColumns: [], matched: [], raw: '' });
    expect(misread(writer, '1.5')).toBeNull();
  });
});
