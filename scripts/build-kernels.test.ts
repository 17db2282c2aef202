import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generatedPath, KERNEL_MODULES, renderKernels } from './build-kernels.ts';

it.each(KERNEL_MODULES)(
  'the committed kernels of $folder are what their sources compile to',
  async (module) => {
    expect(readFileSync(generatedPath(module), 'utf8')).toBe(await renderKernels(module));
  },
);
