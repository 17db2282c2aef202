import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { GENERATED_PATH, renderKernels } from './build-kernels.ts';

it('the committed kernels are what their sources compile to', async () => {
  expect(readFileSync(GENERATED_PATH, 'utf8')).toBe(await renderKernels());
});
