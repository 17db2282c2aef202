import { expect, expectTypeOf, it } from 'vitest';
import type { Client } from '../../../src/server/contract.ts';
import { addressOf, fill, type GetAnswer, type PostRest } from './address.ts';

it('fills in parameters and the query, encoded, and leaves out what has no value', () => {
  const given = { params: { id: 'a/b ü?' } };
  expect(addressOf('/api/v1/clients/:id', given)).toBe('/api/v1/clients/a%2Fb%20%C3%BC%3F');
  expect(addressOf('/api/v1/charts/:name.svg', { params: { name: 'roc' }, query: { theme: 'dark' } })).toBe(
    '/api/v1/charts/roc.svg?theme=dark',
  );
  expect(addressOf('/api/v1/trends', { query: { limit: 3, by: null, name: ['psi:a&b', 'f1'] } })).toBe(
    '/api/v1/trends?limit=3&name=psi%3Aa%26b&name=f1',
  );
  expect(addressOf('/api/v1/today')).toBe('/api/v1/today');
  expect(fill('/api/v1/runs', undefined)).toBe('/api/v1/runs');
});

it('does not compile for what the contract does not have', () => {
  // @ts-expect-error no such path
  addressOf('/api/v1/todays');
  // @ts-expect-error a path of another method
  addressOf('/api/v1/models/rollback');
  // @ts-expect-error its parameter is missing
  addressOf('/api/v1/clients/:id');
  // @ts-expect-error no such parameter
  addressOf('/api/v1/clients/:id', { params: { name: 'a' } });
  // @ts-expect-error no such key of the query
  addressOf('/api/v1/risks', { query: { ownr: 'Kim' } });
  // @ts-expect-error it takes nothing
  addressOf('/api/v1/today', { query: {} });
  expectTypeOf<GetAnswer<'/api/v1/clients/:id'>>().toEqualTypeOf<Client>();
  expectTypeOf<PostRest<'/api/v1/models/rollback'>[0]>().toHaveProperty('body');
});
