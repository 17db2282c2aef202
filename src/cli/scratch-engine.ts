/** An engine for a command that has no workspace yet; started only where it is asked. */
import { tmpdir } from 'node:os';
import { configSchema } from '../config/schema.ts';
import type { Engine } from '../engine/port.ts';

const THREADS = 2;

/** `copyOf` as the engine's. Close it, so that its temporary folder goes. */
export function createScratchEngine(): Pick<Engine, 'copyOf' | 'close'> {
  let opened: Engine | null = null;
  const open = async (): Promise<Engine> => {
    const { openEngine } = await import('../pipeline/open-engine.ts');
    const { memory_limit, max_unpacked_ratio } = configSchema.shape;
    return openEngine('local', {
      threads: THREADS,
      memoryLimit: memory_limit.parse(undefined),
      maxUnpackedRatio: max_unpacked_ratio.parse(undefined),
      temporaryFolder: tmpdir(),
    });
  };
  return {
    copyOf: async (path) => {
      opened ??= await open();
      return opened.copyOf(path);
    },
    close: async () => opened?.close(),
  };
}
