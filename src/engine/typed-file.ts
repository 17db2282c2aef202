/** Which CSV files were written by this program, with numbers and times as it writes them. */
import { basename } from 'node:path';

const NAMES = [
  // What people said became of clients.
  /^outcomes-\d{4}-\d\d-\d\d-[0-9a-f]{8}\.csv$/,
  // Rows of a database.
  /^source-\d{6,}-[a-z][a-z0-9_]*-to-[0-9TZ_=.+-]+-[0-9a-f]{12}\.csv(?:\.gz)?$/,
  // Rows of these that were put back.
  /^\.?readmitted-[0-9a-f]{16}-typed\.csv(?:$|\.)/,
];

/** Whether a number that stands in no quotes has a point, and a time is in ISO 8601, whatever `input` of the configuration says. */
export function isTypedFile(path: string): boolean {
  const name = basename(path);
  return NAMES.some((pattern) => pattern.test(name));
}
