/** The licences of what is bundled into the package: dist/licenses/NAME.txt names each library with its text. */
import { join } from 'node:path';
import * as module from 'rollup-plugin-license';

// Its types describe a default export, but what it exports is the function itself.
const license = module.default as unknown as typeof module.default.default;
const root = join(import.meta.dirname, '..');

/** A plugin for the build of one bundle, by whose modules it goes, so that no library can be forgotten. */
export function licensesOf(bundle: string): ReturnType<typeof license> {
  const file = join(root, 'dist/licenses', `${bundle}.txt`);
  return license({ cwd: root, thirdParty: { output: { file } } });
}
