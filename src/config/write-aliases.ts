/** Writes into config.json by which other names files have the columns. */
import { chmodSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { asTidewatchError, TidewatchError } from '../base/errors.ts';
import { quoted } from '../base/shorten.ts';
import { insertMember } from './insert-member.ts';
import { CONFIG_FILE, loadWorkspace, parseConfig, readConfigText } from './load.ts';

/** Another name, and the column of the configuration that it stands for. */
export interface Alias {
  readonly alias: string;
  readonly column: string;
}

/**
 * Adds aliases to the configuration of the workspace in `folder`; the rest of the file stays as it is. The file is
 * written whole or not at all, and not where it says all of this already. Returns those that are new. Errors:
 * `value-invalid` where an alias cannot be or stands for another column already; those of `loadWorkspace` and of writing.
 */
export function writeAliases(folder: string, aliases: readonly Alias[]): readonly Alias[] {
  const { root, config } = loadWorkspace(folder);
  const path = join(root, CONFIG_FILE);
  const known = new Map(Object.entries(config.columns.aliases));
  const fresh: Alias[] = [];
  let text = readConfigText(root);
  for (const { alias, column } of aliases) {
    const before = known.get(alias);
    if (before === column) continue;
    if (before !== undefined) throw standsForAnother(alias, before, column);
    known.set(alias, column);
    fresh.push({ alias, column });
    text = insertMember(text, ['columns', 'aliases', alias], column);
  }
  if (fresh.length === 0) return fresh;
  refuseUnfit(text, path, fresh);
  try {
    // A link stays one, and leads to the new file.
    const real = realpathSync(path);
    const { mode } = statSync(real);
    writeFileAtomic(real, text);
    chmodSync(real, mode & 0o777);
  } catch (error) {
    throw asTidewatchError(error);
  }
  return fresh;
}

function standsForAnother(alias: string, before: string, column: string): TidewatchError {
  return new TidewatchError(
    'value-invalid',
    `${quoted(alias)} stands for ${quoted(before)} already, so it cannot stand for ${quoted(column)}. ` +
      'Where that is wrong, take it out of `columns.aliases` in config.json first.',
    { details: { alias, column: before } },
  );
}

function refuseUnfit(text: string, path: string, aliases: readonly Alias[]): void {
  try {
    parseConfig(text, path);
  } catch (error) {
    if (!(error instanceof TidewatchError)) throw error;
    const problems = Array.isArray(error.details['problems'])
      ? error.details['problems'].join('; ')
      : error.message;
    throw new TidewatchError(
      'value-invalid',
      `The other names cannot be taken, and nothing was written: ${problems}`,
      { details: { aliases }, cause: error },
    );
  }
}
