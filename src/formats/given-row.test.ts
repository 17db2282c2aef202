import { describe, expect, it } from 'vitest';
import { configSchema } from '../config/schema.ts';
import { contractOfConfig } from './contract/contract.ts';
import { givenRowReader } from './given-row.ts';

const contract = contractOfConfig(
  configSchema.parse({
    input_folder_path: 'a',
    output_folder_path: 'b',
    test_data_path: 'c',
    output_model_path: 'd',
    prod_deployment_path: 'e',
    columns: {
      numeric: ['fee', 'discount', 'seats'],
      categorical: ['plan'],
      units: { fee: '€', discount: '%' },
    },
    input: { decimal: ',', thousands: '.' },
  }),
);

describe('givenRowReader', () => {
  const read = givenRowReader(contract);

  it('reads texts in columns of numbers as those of files, and leaves all else as it is', () => {
    const row = { fee: '1.234,50 €', discount: ' 12 % ', seats: '1.000', plan: '1.000', extra: '7,5' };
    expect(read(row)).toEqual({ fee: 1234.5, discount: 0.12, seats: 1000, plan: '1.000', extra: '7,5' });
    expect(read({ fee: 1.5, discount: 0.12, seats: null })).toEqual({
      fee: 1.5,
      discount: 0.12,
      seats: null,
    });
    expect(read({ fee: 'NA', discount: '', seats: ' ' })).toEqual({ fee: null, discount: null, seats: null });
  });

  it.each([
    ['fee', '1234.50', /Column fee of the row is "1234\.50": which has a decimal point/],
    ['discount', '12', /Column discount of the row is "12": expected a percent sign/],
    ['seats', 'many', /Column seats of the row is "many": expected a number such as/],
  ])('refuses in %s the text %j with its reason', (column, text, reason) => {
    expect(() => read({ [column]: text })).toThrow(reason);
  });
});
