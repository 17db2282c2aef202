/** Words that a shell asks for while somebody types: names of models. Quick, and silent where something is wrong. */
import { join } from 'node:path';
import { readTextFile } from '../../base/regular-file.ts';
import { parsePlace } from '../../config/database-place.ts';

const ALIASES = ['champion', 'challenger', 'previous'];

/** Names of models of the workspace, one a line; the aliases alone where its store cannot be read. */
export async function dynamicWords(args: readonly string[]): Promise<string> {
  const at = args.findIndex((word) => word === '-w' || word === '--workspace');
  const workspace = at < 0 ? '.' : (args[at + 1] ?? '.');
  return [...ALIASES, ...(await versionsIn(workspace))].map((word) => `${word}\n`).join('');
}

async function versionsIn(workspace: string): Promise<readonly string[]> {
  try {
    const config = JSON.parse(readTextFile(join(workspace, 'config.json'))) as { store?: unknown };
    const place = parsePlace(String(config.store ?? 'tidewatch.db'), 'The state store');
    if (place.kind !== 'sqlite') return [];
    const { modelVersionsOf } = await import('../../store/databases/read-sqlite.ts');
    return modelVersionsOf(join(workspace, place.path));
  } catch {
    // A person who types wants no error in the middle of the line.
    return [];
  }
}
