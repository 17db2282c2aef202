import { expect, it } from 'vitest';
import { countOf, shortenNumbers } from './words.ts';

it('shortens long decimals of a sentence and nothing else', () => {
  expect(shortenNumbers('F1 0.4491315136476427 on 900 new rows (limit 0.05), version 1.2.3')).toBe(
    'F1 0.4491 on 900 new rows (limit 0.05), version 1.2.3',
  );
});

it('counts one and many', () => {
  expect([countOf(1, 'row'), countOf(1200, 'row')]).toEqual(['1 row', '1,200 rows']);
});
