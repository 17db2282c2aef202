/** `tidewatch doctor --fix`: does of what the checks advise that which loses nothing, and says what it did. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { asTidewatchError } from '../../base/errors.ts';
import type { Workspace } from '../../config/load.ts';
import { leftoversOf } from './data-checks.ts';
import { FIXES, type Fix, type NamedFinding } from './finding.ts';

/** What came of a fix. */
export interface Fixed {
  readonly fix: Fix;
  /** The checks whose findings it is for. */
  readonly checks: readonly string[];
  readonly done: boolean;
  /** What was done, or why it was not, in a sentence. */
  readonly told: string;
}

/** What does each fix; each says in a sentence what it did. */
export type Fixes = Readonly<Record<Fix, () => Promise<string>>>;

/** Does each fix that a finding asks for once, in the order of FIXES; one that fails stops no other. */
export async function fixFindings(findings: readonly NamedFinding[], fixes: Fixes): Promise<Fixed[]> {
  const fixed: Fixed[] = [];
  for (const fix of FIXES) {
    const checks = checksOf(findings, fix);
    if (checks.length === 0) continue;
    try {
      fixed.push({ fix, checks, done: true, told: await fixes[fix]() });
    } catch (error) {
      fixed.push({ fix, checks, done: false, told: asTidewatchError(error).message });
    }
  }
  return fixed;
}

/** A store that was moved away leaves records to recover. */
function checksOf(findings: readonly NamedFinding[], fix: Fix): readonly string[] {
  const asks = (finding: NamedFinding): boolean =>
    finding.fix === fix || (fix === 'recover' && finding.fix === 'move-store');
  return findings.filter(asks).map(({ check }) => check);
}

/** Removes the files that ended processes left half-made; returns how many. */
export function removeLeftovers(workspace: Workspace): number {
  const leftovers = leftoversOf(workspace);
  for (const path of leftovers) rmSync(path, { force: true });
  return leftovers.length;
}

/** Moves a damaged SQLite file away, with what lies beside it; returns its new path. */
export function moveStore(path: string, now: Date): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  const kept = `${path}.damaged-${stamp}`;
  // What was not yet taken into the file goes first: without it the file would still be the store.
  for (const part of ['-wal', ''])
    if (existsSync(`${path}${part}`)) renameSync(`${path}${part}`, `${kept}${part}`);
  rmSync(`${path}-shm`, { force: true });
  return kept;
}
