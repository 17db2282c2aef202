/** Compiles the AssemblyScript kernels and writes them, as base64, into a `kernels.generated.ts` beside each. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { writeFileAtomic } from '../src/base/atomic-file.ts';

const root = resolve(import.meta.dirname, '..');

export interface KernelModule {
  /** The folder that has `assembly/index.ts`. */
  readonly folder: string;
  /** Options of the compiler that say what the module does with memory. */
  readonly memory: readonly string[];
}

export const KERNEL_MODULES: readonly KernelModule[] = [
  {
    folder: 'src/core/kernels',
    memory: [
      ...['--enable', 'threads', '--importMemory', '--sharedMemory'],
      ...['--initialMemory', '1', '--maximumMemory', '65536', '--noExportMemory'],
    ],
  },
  { folder: 'src/core/scoring/reasons', memory: ['--initialMemory', '1'] },
];

export function generatedPath({ folder }: KernelModule): string {
  return join(root, folder, 'kernels.generated.ts');
}

/** Compiles the kernels of a module and returns the text of the generated file. Throws with the compiler's messages. */
export async function renderKernels(module: KernelModule): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tidewatch-kernels-'));
  try {
    const outFile = join(folder, 'kernels.wasm');
    const { error, stderr } = await asc.main(
      [
        `${module.folder}/assembly/index.ts`,
        ...['--baseDir', root, '--outFile', relative(root, outFile)],
        ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert'],
        ...['--runtime', 'stub', '--use', 'abort='],
        ...['--enable', 'simd'],
        ...module.memory,
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
  for (const module of KERNEL_MODULES) {
    writeFileAtomic(generatedPath(module), await renderKernels(module));
    console.log(`wrote ${relative(root, generatedPath(module))}`);
  }
}
