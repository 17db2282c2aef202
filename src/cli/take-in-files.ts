/** Takes data files into a new workspace: copies them, compiles them, and chooses the clients to hold out. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { removeUnfinished } from '../base/atomic-file.ts';
import { systemClock } from '../base/clock.ts';
import type { Progress } from '../base/progress.ts';
import { CONFIG_FILE, parseConfig } from '../config/load.ts';
import type { ConfigInput } from '../config/schema.ts';
import { contractOfConfig } from '../formats/contract/contract.ts';
import { copyInputs } from '../formats/copy-inputs.ts';
import type { RowCounts } from '../formats/file-report.ts';
import { chooseHoldOut, type HoldOutChoice, type HoldOutOptions } from '../steps/hold-out.ts';
import type { FileProposal } from '../steps/propose.ts';
import { refuseFilledFolder } from './make-workspace.ts';

export interface TakeInRequest {
  /** Absolute path of the workspace. */
  readonly root: string;
  readonly files: FileProposal['files'];
  /** The configuration so far. */
  readonly config: ConfigInput;
  readonly share: number;
  readonly seed: number;
  readonly meaning: HoldOutOptions['meaning'];
  readonly progress: Progress;
}

export interface TakenIn extends HoldOutChoice {
  /** Absolute paths of the copies. */
  readonly files: readonly string[];
  readonly rows: RowCounts;
}

const THREADS = 2;

/**
 * What is compiled stays, so that the first run need not read the files again. Nothing is left behind on failure;
 * `undo` takes all of it back. Errors: those of copying, compiling and `chooseHoldOut`; `workspace-exists` for folders
 * that hold files.
 */
export async function takeInFiles(
  request: TakeInRequest,
): Promise<{ readonly taken: TakenIn; readonly undo: () => void }> {
  const { root, progress } = request;
  const config = parseConfig(JSON.stringify(request.config), join(root, CONFIG_FILE));
  const [input, output] = [join(root, config.input_folder_path), join(root, config.output_folder_path)];
  for (const folder of [input, output]) refuseFilledFolder(folder);
  // Nobody else writes into a workspace that is only being made.
  removeUnfinished(input);
  const contract = contractOfConfig(config);
  const files = await copyInputs({ files: request.files, folder: input, progress });
  const undo = (): void => {
    for (const path of [...files, output]) rmSync(path, { recursive: true, force: true });
  };
  const { openEngine } = await import('../pipeline/open-engine.ts');
  const engine = await openEngine(config.engine.type, {
    threads: config.threads ?? THREADS,
    memoryLimit: config.memory_limit,
    maxUnpackedRatio: config.max_unpacked_ratio,
    temporaryFolder: output,
  });
  try {
    // How many bad rows are too many is for the first run to say, which lists them.
    const { snapshot, rows } = await engine.compile({
      folder: input,
      within: root,
      output,
      contract,
      maxRejectedShare: 1,
      progress,
    });
    const { share, seed, meaning } = request;
    const now = systemClock.now();
    const choice = await chooseHoldOut({ engine }, { snapshot, contract, share, seed, meaning, now });
    return { taken: { ...choice, files, rows }, undo };
  } catch (error) {
    undo();
    throw error;
  } finally {
    await engine.close();
  }
}
