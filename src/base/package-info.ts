/** What this package says of itself: its version and its dependencies, from sources and when built. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Walks up from this module to the package.json of tidewatch. */
function findPackage(): PackageJson & { readonly folder: string } {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) {
      const json = JSON.parse(readFileSync(path, 'utf8')) as PackageJson;
      if (json.name === 'tidewatch') return { ...json, folder };
    }
    if (dirname(folder) === folder) throw new Error(`No package.json of tidewatch above ${start}.`);
  }
}

/** Absolute path of the folder of the package. */
export function packageFolder(): string {
  return findPackage().folder;
}

/** Version of Tidewatch, such as "0.1.0". */
export function packageVersion(): string {
  return findPackage().version;
}

/** The oldest Node that the package runs on, such as "20.19". */
export function oldestNode(): string {
  return findPackage().engines.node.replace(/^\D*/, '');
}

/** Names and versions of the production dependencies, as package.json pins them. */
export function packageDependencies(): Readonly<Record<string, string>> {
  return findPackage().dependencies;
}
