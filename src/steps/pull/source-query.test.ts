import { describe, expect, it } from 'vitest';
import { columnsSchema } from '../../config/schema.ts';
import { contractOf } from '../../formats/contract/contract.ts';
import type { ExternalColumn } from '../../store/external/external-database.ts';
import { chooseColumns, type SourceOptions } from './source-query.ts';

const contract = contractOf(
  columnsSchema.parse({
    id: 'client',
    target: 'left',
    numeric: ['used'],
    time: 'as_of',
    derived: { since: { days_since: 'login' }, share: { ratio: ['used', 'quota'] } },
  }),
  [''],
);
const source: SourceOptions = {
  name: 'crm',
  table: 'clients',
  query: null,
  watermark: 'as_of',
  overlap: 0,
  rowsPerFile: 10,
};
const column = (name: string): ExternalColumn => ({ name, type: 'text', kind: 'any', sql: name, key: name });

describe('the columns of a source', () => {
  const all = ['client', 'used', 'left', 'login', 'quota', 'as_of', 'note'].map(column);

  it('are the raw ones of what is derived as well, and not what is derived', () => {
    const chosen = chooseColumns(all, contract, source, 'crm.db');
    expect(chosen.map(({ name }) => name)).toEqual(['as_of', 'client', 'used', 'left', 'login', 'quota']);
  });

  it('are asked for by name where a raw one is not there', () => {
    const others = [...all.filter(({ name }) => name !== 'login'), column('logins')];
    expect(() => chooseColumns(others, contract, source, 'crm.db')).toThrow(
      /has no column "login".*Did you mean "logins"/s,
    );
  });
});
