/** Compiles the AssemblyScript kernels and writes them, as base64, into `kernels.generated.ts`. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { writeFileAtomic } from '../src/base/atomic-file.ts';

const root = resolve(import.meta.dirname, '..');
const entry = 'src/core/learners/boosting/assembly/index.ts';
export const GENERATED_PATH = join(root, 'src/core/learners/boosting/kernels.generated.ts');

/** Compiles the kernels and returns the text of the generated file. Throws with the compiler's messages. */
export async function renderKernels(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tidewatch-kernels-'));
  try {
    const outFile = join(folder, 'kernels.wasm');
    const { error, stderr } = await asc.main(
      [
        entry,
        ...['--baseDir', root, '--outFile', relative(root, outFile)],
        ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert'],
        ...['--runtime', 'stub', '--use', 'abort='],
        ...['--enable', 'simd', '--enable', 'threads'],
        ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
        '--noExportMemory',
      ],
      {},
    );
    if (error) throw new Error(`the kernels do not compile:\n${stderr.toString()}`, { cause: error });
    return renderModule(readFileSync(outFile).toString('base64'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function renderModule(base64: string): string {
  const lines = base64.match(/.{1,100}/g) ?? [];
  return [
    '/** The compiled kernels of `assembly/`, as base64. Written by `scripts/build-kernels.ts`; do not edit. */',
    'export const KERNELS_WASM =',
    ...lines.map((line, index) => `  '${line}'${index === lines.length - 1 ? ';' : ' +'}`),
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileAtomic(GENERATED_PATH, await renderKernels());
  console.log(`wrote ${relative(root, GENERATED_PATH)}`);
}
