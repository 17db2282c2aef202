/** Published sets of clients that left, too large for this repository: tests that read them say so where they are not. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** `real/` holds the sets on clients that left, `public/` others. */
export const PUBLIC_SETS_FOLDER = resolve(import.meta.dirname, '../../shared/data');

export const hasPublicSets = existsSync(PUBLIC_SETS_FOLDER);

/** The title of a test of these sets, which says why it is left out where it is. */
export function titleOfPublicSets(title: string): string {
  return hasPublicSets ? title : `${title} (left out: the published sets are not in ${PUBLIC_SETS_FOLDER})`;
}
