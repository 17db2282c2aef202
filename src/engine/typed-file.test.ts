import { expect, it } from 'vitest';
import { pulledName } from '../steps/pull/pulled-files.ts';
import { isTypedFile } from './typed-file.ts';

it('knows the files that this program writes into the input folder, and no others', () => {
  expect(isTypedFile(`/in/${pulledName(1, 'crm', '2024-01-31 09:30:00', 'ab'.repeat(32))}`)).toBe(true);
  expect(isTypedFile('/in/outcomes-2026-03-01-0123abcd.csv')).toBe(true);
  expect(isTypedFile('/in/readmitted-0123456789abcdef-typed.csv')).toBe(true);
  expect(isTypedFile('/in/.readmitted-0123456789abcdef-typed.csv.x.01234567.part')).toBe(true);
  for (const name of [
    'clients.csv',
    'readmitted-0123456789abcdef.csv',
    'my-outcomes-2026-03-01-0123abcd.csv',
  ]) {
    expect(isTypedFile(name)).toBe(false);
  }
});
