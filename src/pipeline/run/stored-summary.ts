/** The summary of a run as it is kept: what is the same in every run that follows is kept once, elsewhere. */

/** Files and paths that a kept summary names. */
const KEPT = 25;

/**
 * A list of more than 25 files, wherever in the summary, keeps those of them that were not taken whole, at most 25, with
 * the number of all as `filesRead`; the store lists every file of the run. So a run does not add to the state what has
 * been in it. Paths of quarantine files are cut likewise.
 */
export function storedSummary(summary: unknown): unknown {
  if (typeof summary !== 'object' || summary === null || Array.isArray(summary)) return summary;
  const kept = Object.fromEntries(Object.entries(summary).map(([key, value]) => [key, storedSummary(value)]));
  const { files, quarantinePaths } = kept;
  return {
    ...kept,
    ...(isLong(files) ? { files: files.filter(isNotWhole).slice(0, KEPT), filesRead: files.length } : {}),
    ...(isLong(quarantinePaths) ? { quarantinePaths: quarantinePaths.slice(0, KEPT) } : {}),
  };
}

function isLong(list: unknown): list is readonly unknown[] {
  return Array.isArray(list) && list.length > KEPT;
}

function isNotWhole(file: unknown): boolean {
  if (typeof file !== 'object' || file === null || !('status' in file)) return false;
  return file.status !== 'accepted' || ('quarantined' in file && file.quarantined !== 0);
}
