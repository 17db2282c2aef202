import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderConfigDoc, renderErrorsDoc, renderStatesDoc } from './docs.ts';

const read = (name: string) => readFileSync(join(import.meta.dirname, '../docs', name), 'utf8');

describe('documents that are made from code', () => {
  it('docs/errors.md says what the catalogue says', () => {
    expect(read('errors.md')).toBe(renderErrorsDoc());
  });
  it('docs/config.md says what the schema says', () => {
    expect(read('config.md')).toBe(renderConfigDoc());
  });
  it('docs/states.md says what the table says', () => {
    expect(read('states.md')).toBe(renderStatesDoc());
  });
});
