/** The table of dependencies: which version of each is installed, and which is the latest on the npm registry. */
import { Resolver } from 'node:dns/promises';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { packageDependencies } from '../base/package-info.ts';
import type { DependencyStatus } from '../store/port/diagnostics.ts';

export interface DependencyOptions {
  /** Milliseconds to wait for the registry in all. 0: do not ask. */
  readonly timeoutMs: number;
  /** Address of the registry; default: npm's own setting in the environment, else npmjs. */
  readonly registry?: string;
  /** Names to tell of; default: the production dependencies of this package. */
  readonly names?: readonly string[];
}

const NPMJS = 'https://registry.npmjs.org/';

/**
 * Every dependency in the order of package.json. All names are asked for at once; a name without an answer has
 * `latest: null`, and when the time is up whatever is still under way is ended. It rejects only where an
 * installed package.json is damaged.
 */
export async function dependencyTable(options: DependencyOptions): Promise<readonly DependencyStatus[]> {
  const names = options.names ?? Object.keys(packageDependencies());
  const latest = await latestVersions(names, options);
  return names.map((name, index): DependencyStatus => {
    const [installed, newest] = [installedVersion(name), latest[index] ?? null];
    const outdated = installed === null || newest === null ? null : compareVersions(installed, newest) < 0;
    return { name, installed, latest: newest, outdated };
  });
}

/** The version of a package that this module would load, or null. */
export function installedVersion(name: string): string | null {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const path = folders.map((folder) => join(folder, name, 'package.json')).find((file) => existsSync(file));
  return path === undefined ? null : versionIn(JSON.parse(readFileSync(path, 'utf8')));
}

async function latestVersions(
  names: readonly string[],
  { timeoutMs, registry }: DependencyOptions,
): Promise<readonly (string | null)[]> {
  const address = registry ?? process.env['npm_config_registry'] ?? NPMJS;
  if (timeoutMs === 0 || !URL.canParse(address)) return [];
  const base = new URL(address.endsWith('/') ? address : `${address}/`);
  const signal = AbortSignal.timeout(timeoutMs);
  if (!(await nameServerAnswers(base.hostname, timeoutMs))) return [];
  return Promise.all(names.map((name) => latestVersion(new URL(name.replace('/', '%2f'), base), signal)));
}

/** One answer of the registry; whatever goes wrong means only that the version is not known. */
async function latestVersion(url: URL, signal: AbortSignal): Promise<string | null> {
  try {
    const answer = await fetch(`${url}/latest`, { signal, headers: { accept: 'application/json' } });
    if (answer.ok) return versionIn(await answer.json());
    await answer.body?.cancel();
    return null;
  } catch {
    return null;
  }
}

/**
 * False where the name server is silent. `fetch` resolves names in Node's thread pool, where a silent server would
 * hold up every file operation and the end of the process; this question can be taken back. A server that answers
 * in any way, even "no such name", will not hang `fetch` either, which also knows the machine's own names.
 */
async function nameServerAnswers(host: string, timeoutMs: number): Promise<boolean> {
  if (host === 'localhost' || isIP(host.replace(/^\[|\]$/g, '')) !== 0) return true;
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  const giveUp = setTimeout(() => resolver.cancel(), timeoutMs);
  try {
    await resolver.resolve4(host);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    return code !== 'ETIMEOUT' && code !== 'ECANCELLED';
  } finally {
    clearTimeout(giveUp);
  }
}

/** The version of a package.json, or null where it is not one: the text comes from elsewhere and will be shown. */
function versionIn(json: unknown): string | null {
  if (typeof json !== 'object' || json === null || !('version' in json)) return null;
  const { version } = json;
  return typeof version === 'string' && /^\d{1,6}\.\d{1,6}\.\d{1,6}(?:[.+-][\w.+-]{0,60})?$/.test(version)
    ? version
    : null;
}

/** Order of two versions: negative where `a` is older (Semantic Versioning 2.0.0, section 11). */
export function compareVersions(a: string, b: string): number {
  const [releaseA, preA] = partsOf(a);
  const [releaseB, preB] = partsOf(b);
  const release = compareParts(releaseA, releaseB);
  if (release !== 0 || (preA.length === 0 && preB.length === 0)) return release;
  if (preA.length === 0 || preB.length === 0) return preA.length === 0 ? 1 : -1;
  return compareParts(preA, preB);
}

function partsOf(version: string): [release: readonly string[], prerelease: readonly string[]] {
  const [precedence = ''] = version.split('+');
  const dash = precedence.indexOf('-');
  if (dash < 0) return [precedence.split('.'), []];
  return [precedence.slice(0, dash).split('.'), precedence.slice(dash + 1).split('.')];
}

/** Numbers by size and before words, words by their characters, a shorter list before the longer it begins. */
function compareParts(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [left, right] = [a[i], b[i]];
    if (left === right) continue;
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
    const [isNumber, otherIsNumber] = [/^\d+$/.test(left), /^\d+$/.test(right)];
    if (isNumber !== otherIsNumber) return isNumber ? -1 : 1;
    if (!isNumber) return left < right ? -1 : 1;
    if (Number(left) !== Number(right)) return Number(left) - Number(right);
  }
  return 0;
}
