/** The summary of a run as it is kept: what is the same in every run that follows is kept once, elsewhere. */

/** Files and paths that a kept summary names. */
const KEPT = 25;

/**
 * A summary with more than 25 files keeps those of them that were not taken whole, at most 25; the store lists every
 * file of the run. So a run does not add to the state what has been in it. Paths of quarantine files are cut likewise.
 */
export function storedSummary(summary: unknown): unknown {
  if (typeof summary !== 'object' || summary === null) return summary;
  const { files, quarantinePaths } = summary as Readonly<Record<string, unknown>>;
  return {
    ...summary,
    ...(isLong(files) ? { files: files.filter(isNotWhole).slice(0, KEPT), filesRead: files.length } : {}),
    ...(isLong(quarantinePaths) ? { quarantinePaths: quarantinePaths.slice(0, KEPT) } : {}),
  };
}

function isLong(list: unknown): list is readonly unknown[] {
  return Array.isArray(list) && list.length > KEPT;
}

function isNotWhole(file: unknown): boolean {
  if (typeof file !== 'object' || file === null) return false;
  const { status, quarantined } = file as Readonly<Record<string, unknown>>;
  return status !== 'accepted' || quarantined !== 0;
}
