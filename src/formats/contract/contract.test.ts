import { describe, expect, it } from 'vitest';
import { columnsSchema } from '../../config/schema.ts';
import { columnOf, contractOf, readColumnsOf } from './contract.ts';

const contractWith = (columns: Parameters<typeof columnsSchema.parse>[0]) =>
  contractOf(columnsSchema.parse(columns), []);

describe('contractOf', () => {
  it('reads a column that is named twice as its first role says, and lets it serve as the other too', () => {
    const contract = contractWith({
      numeric: ['money', 'year'],
      categorical: ['plan'],
      value: 'money',
      segment: 'plan',
      owner: 'plan',
      time: 'year',
    });
    expect(contract.columns).toEqual([
      { name: 'corporation', role: 'id' },
      { name: 'money', role: 'numeric', also: ['value'] },
      { name: 'year', role: 'numeric', also: ['time'] },
      { name: 'plan', role: 'categorical', also: ['segment', 'owner'] },
      { name: 'exited', role: 'target' },
    ]);
    const roles = ['id', 'value', 'segment', 'owner', 'time', 'target'] as const;
    expect(roles.map((role) => columnOf(contract, role))).toEqual([
      'corporation',
      'money',
      'plan',
      'plan',
      'year',
      'exited',
    ]);
  });

  it('writes each side of the target with its first value, and knows the others', () => {
    expect(contractWith({})).toMatchObject({ positive: '1', negative: '0' });
    expect(contractWith({})).not.toHaveProperty('synonyms');
    expect(contractWith({ positive: ['1'] })).toEqual(contractWith({}));
    expect(
      contractWith({ positive: ['lost', 'quit'], negative: ['here', 'back'], drop: ['new'] }),
    ).toMatchObject({
      positive: 'lost',
      negative: 'here',
      synonyms: { positive: ['quit'], negative: ['back'], open: ['new'] },
    });
    expect(contractWith({ positive: 'lost', drop: ['new'] })).toMatchObject({ negative: null });
  });

  it('gives each purpose a column of its own where the configuration does', () => {
    const contract = contractWith({ numeric: ['a'], value: 'v', segment: 's', time: 't' });
    expect(contract.columns.map(({ role }) => role)).toEqual([
      'id',
      'numeric',
      'value',
      'segment',
      'time',
      'target',
    ]);
    expect(columnOf(contract, 'owner')).toBeNull();
  });

  it('puts what is derived behind the numbers, and apart from them the columns that are read for it alone', () => {
    const contract = contractWith({
      numeric: ['used'],
      categorical: ['plan'],
      time: 'as_of',
      ranges: { since: { min: 0 }, quota: { min: 1 } },
      derived: {
        since: { days_since: 'login' },
        share: { ratio: ['used', 'quota'] },
        moved: { change: 'used' },
      },
    });
    expect(contract.columns).toEqual([
      { name: 'corporation', role: 'id' },
      { name: 'used', role: 'numeric' },
      {
        name: 'since',
        role: 'numeric',
        range: { min: 0, max: null },
        derived: { kind: 'days_since', from: ['login', 'as_of'] },
      },
      { name: 'share', role: 'numeric', derived: { kind: 'ratio', from: ['used', 'quota'] } },
      { name: 'plan', role: 'categorical' },
      { name: 'as_of', role: 'time' },
      { name: 'exited', role: 'target' },
    ]);
    expect(contract.raw).toEqual([
      { name: 'login', role: 'time' },
      { name: 'quota', role: 'numeric', range: { min: 1, max: null } },
    ]);
    expect(readColumnsOf(contract).map(({ name }) => name)).toEqual([
      'corporation',
      'used',
      'plan',
      'as_of',
      'exited',
      'login',
      'quota',
    ]);
  });

  it('is as it was where nothing is derived, so that nothing is read anew', () => {
    expect(Object.keys(contractWith({}))).toEqual(['columns', 'positive', 'negative', 'missingTexts']);
    expect(contractWith({}).columns.flatMap((column) => Object.keys(column))).toEqual(
      Array(5).fill(['name', 'role']).flat(),
    );
  });
});
