/** The counts of rows, and when a compilation must stop because of them. */
import { TidewatchError } from '../../../base/errors.ts';
import type { FileReport, RowCounts } from '../../../formats/file-report.ts';
import type { CompileRequest } from '../../port.ts';
import { commonestReasons } from './quarantine-reasons.ts';

/** The error for counts that break `read = kept + duplicates + quarantined`. */
export function doesNotAddUp(rows: RowCounts): TidewatchError {
  return new TidewatchError(
    'rows-do-not-add-up',
    `${rows.read} rows were read; ${rows.kept} kept, ${rows.duplicates} duplicates and ${rows.quarantined} quarantined do not ` +
      'make them up. Nothing was written; please report this with the input files.',
    { details: { ...rows } },
  );
}

/** Counts over all files. */
export function sumOf(files: readonly FileReport[]): RowCounts {
  const sum = (count: (file: FileReport) => number): number =>
    files.reduce((total, file) => total + count(file), 0);
  return {
    read: sum((file) => file.read),
    kept: sum((file) => file.kept),
    duplicates: sum((file) => file.duplicates),
    quarantined: sum((file) => file.quarantined),
  };
}

/** Rows without a label, over all files. */
export function unlabelledOf(files: readonly FileReport[]): number {
  return files.reduce((total, file) => total + file.unlabelled, 0);
}

/** @throws TidewatchError too-many-rejected; input-empty where no row is left. */
export function refuseRows(
  request: CompileRequest,
  rows: RowCounts,
  quarantinePaths: readonly string[],
): void {
  if (rows.read > 0 && rows.quarantined > request.maxRejectedShare * rows.read) {
    throw new TidewatchError(
      'too-many-rejected',
      `${rows.quarantined} of ${rows.read} rows (${percent(rows.quarantined / rows.read)}) were not accepted, ` +
        `more than max_rejected_share allows (${percent(request.maxRejectedShare)}). ` +
        `${commonestReasons(quarantinePaths)}Each is listed with its reason in ` +
        `${listed(quarantinePaths)}. Mend the input files, or raise max_rejected_share.`,
      { details: { ...rows, quarantinePaths } },
    );
  }
  if (rows.kept > 0) return;
  if (rows.quarantined > 0) {
    throw new TidewatchError(
      'input-empty',
      `None of the ${rows.read} rows in the files of ${request.folder} was accepted: all were quarantined. ` +
        `${commonestReasons(quarantinePaths)}Each is listed with its reason in ${listed(quarantinePaths)}. ` +
        'Mend the input files and run again.',
      { details: { ...rows, quarantinePaths } },
    );
  }
  throw new TidewatchError(
    'input-empty',
    `The files of ${request.folder} hold no rows. Put data there and run again.`,
    {
      details: { ...rows },
    },
  );
}

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, 5).join(', ');
  return paths.length > 5 ? `${shown} and ${paths.length - 5} more files there` : shown;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}
