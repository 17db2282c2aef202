import { expect, it } from 'vitest';
import { configSchema } from '../../config/schema.ts';
import type { ModelDocument } from '../../core/document/document.ts';
import { contractOfConfig } from './contract.ts';
import { scoringContract } from './scoring-contract.ts';

const config = configSchema.parse({
  ...{ input_folder_path: 'a', output_folder_path: 'b', test_data_path: 'c', output_model_path: 'd' },
  prod_deployment_path: 'e',
  columns: {
    ...{ id: 'id', time: 'day', target: 'left', numeric: ['seats', 'usage'] },
    derived: { n: { events: 'count' }, unused: { events: 'count', days: 7 }, more: { change: 'usage' } },
  },
  tables: { events: { path: 'f', id: 'id', time: 'at' } },
});

const model = (...inputs: string[]) =>
  ({
    id: 'id',
    inputs: inputs.map((name) => ({ name, kind: 'numeric' })),
    target: { name: 'left', positive: '1' },
  }) as unknown as ModelDocument;

const namesOf = (contract: ReturnType<typeof scoringContract>) => [
  contract.columns.map(({ name }) => name),
  contract.computed?.columns.map(({ name }) => name),
];

it('asks a file for the time and what changes, in place of the columns that are computed', () => {
  const contract = contractOfConfig(config, '/out');
  expect(namesOf(scoringContract(model('seats', 'n', 'more'), contract))).toEqual([
    ['id', 'seats', 'usage', 'day'],
    ['n', 'more'],
  ]);
  expect(namesOf(scoringContract(model('seats'), contract))).toEqual([['id', 'seats'], undefined]);
});

it('takes the columns from the file where nothing here computes them', () => {
  expect(namesOf(scoringContract(model('seats', 'n'), contractOfConfig(config)))).toEqual([
    ['id', 'seats', 'n'],
    undefined,
  ]);
});
