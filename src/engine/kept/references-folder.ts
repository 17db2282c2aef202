/** The folder in output_folder_path for what a model leaves beside itself: its reference sample and its fold models. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Inside the output folder. */
export const REFERENCE_FOLDER = 'references';

/** How the files of a model end, after its version. */
export const ENDINGS = Object.freeze({ sample: '.reference', foldModels: '.fold-models' });

/** Where a file of a model lies. */
export function referencePath(output: string, model: string, kind: keyof typeof ENDINGS): string {
  return join(output, REFERENCE_FOLDER, `${model}${ENDINGS[kind]}`);
}

/** Removes the files of the output folder whose model is not in `keep`, by version. */
export function pruneReferences(output: string, keep: readonly string[]): void {
  const folder = join(output, REFERENCE_FOLDER);
  if (!existsSync(folder)) return;
  const endings = Object.values(ENDINGS);
  const wanted = new Set(keep.flatMap((model) => endings.map((ending) => `${model}${ending}`)));
  for (const name of readdirSync(folder)) {
    const isOurs = !name.startsWith('.') && endings.some((ending) => name.endsWith(ending));
    if (isOurs && !wanted.has(name)) rmSync(join(folder, name));
  }
}
