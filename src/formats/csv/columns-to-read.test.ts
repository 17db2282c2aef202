import { describe, expect, it } from 'vitest';
import { columnsSchema } from '../../config/schema.ts';
import { contractOf } from '../contract/contract.ts';
import { matchHeader } from './header.ts';

const contract = contractOf(
  columnsSchema.parse({
    id: 'client',
    target: 'left',
    numeric: ['used'],
    time: 'as_of',
    derived: {
      since: { days_since: 'login' },
      season: { month: 'login' },
      share: { ratio: ['used', 'quota'] },
    },
  }),
  [''],
);

function match(header: string) {
  const names = header.split(',');
  const answer = matchHeader(names, header, contract, true);
  if ('reason' in answer) return answer.reason;
  const all = [...contract.columns, ...(contract.raw ?? [])];
  return {
    read: Object.fromEntries(all.map(({ name }, k) => [name, names[answer.positions[k] ?? -1] ?? null])),
    extra: answer.extraColumns,
  };
}

describe('a header with raw columns', () => {
  it('has what is derived made of them, and a column of that name left out', () => {
    expect(match('client,used,login,quota,as_of,since,left')).toEqual({
      read: {
        client: 'client',
        used: 'used',
        since: null,
        season: null,
        share: null,
        as_of: 'as_of',
        left: 'left',
        login: 'login',
        quota: 'quota',
      },
      extra: ['since'],
    });
  });

  it('has what is derived read as it stands where the raw columns are not there', () => {
    expect(match('client,used,as_of,since,season,share')).toMatchObject({
      read: { since: 'since', season: 'season', share: 'share', login: null, quota: null },
      extra: [],
    });
    expect(match('client,used,as_of,login,share')).toMatchObject({
      read: { since: null, season: null, share: 'share' },
    });
  });

  it('lacks the raw columns, by name and near name, where neither is there', () => {
    expect(match('client,used,as_of,since,Logins,quota')).toMatch(
      /^the column "login" is missing; did you mean "Logins"/,
    );
    expect(match('client,used,as_of')).toMatch(/^the columns "login", "quota" are missing/);
    expect(match('client,used,login,quota')).toMatch(/^the column "as_of" is missing/);
  });

  it('may not name a raw column twice', () => {
    expect(match('client,used,as_of,login,login,quota')).toMatch(/names "login" more than once/);
  });
});
