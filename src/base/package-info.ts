/** What this package says of itself: its version and its folder, from sources and when built. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Walks up from this module to the package.json of tidewatch. */
function findPackage(): { readonly root: string; readonly json: PackageJson } {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) {
      const json = JSON.parse(readFileSync(path, 'utf8')) as PackageJson;
      if (json.name === 'tidewatch') return { root: folder, json };
    }
    if (dirname(folder) === folder) throw new Error(`No package.json of tidewatch above ${start}.`);
  }
}

/** Version of Tidewatch, such as "0.1.0". */
export function packageVersion(): string {
  return findPackage().json.version;
}

/** Absolute path of the package's folder. */
export function packageRoot(): string {
  return findPackage().root;
}

/** Names and versions of the production dependencies, as package.json pins them. */
export function packageDependencies(): Readonly<Record<string, string>> {
  return findPackage().json.dependencies;
}
