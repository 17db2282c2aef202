/** Fits of the comparison of accuracy, kept one file each, so that a run that was cut goes on where it was. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ChosenColumns } from './accuracy-ours.ts';
import type { TestScore } from './accuracy-scores.ts';

export interface KeptFit {
  readonly set: string;
  /** Number of the split, or of the draw of a learning curve. */
  readonly split: number;
  /** Rows learned from. */
  readonly rows: number;
  readonly model: string;
  readonly score: TestScore;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMib: number;
  /** The candidate that was chosen, or the options that were. */
  readonly chosen: string;
  /** A digest of Tidewatch's build, or of the columns that a peer was offered: another one is fitted again. */
  readonly build: string;
}

/** A fit that failed is kept as its error, and shown. */
export interface FailedFit extends Pick<KeptFit, 'set' | 'split' | 'rows' | 'model' | 'build'> {
  readonly error: string;
}

export type Kept = KeptFit | FailedFit;

export interface Keeper {
  /** The fit kept under these names, or the one that `fit` makes, which is kept from then on. */
  fit(
    key: Pick<KeptFit, 'set' | 'split' | 'rows' | 'model' | 'build'>,
    fit: () => Promise<Made>,
  ): Promise<Kept>;
  /** Likewise for the columns that `init` of a build chose on the rows of a split. */
  columns(path: string, build: string, choose: () => Promise<ChosenColumns>): Promise<ChosenColumns>;
}

export type Made = Omit<KeptFit, 'set' | 'split' | 'rows' | 'model' | 'build'>;

export function createKeeper(folder: string): Keeper {
  return {
    async fit(key, make) {
      const name = `${key.set}/${key.rows}-${key.split}-${key.model.replaceAll(/[^A-Za-z0-9]+/g, '-')}.json`;
      const path = join(folder, name);
      const before = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Kept) : null;
      if (before !== null && before.build === key.build) return before;
      const kept: Kept = await make().then(
        (made) => ({ ...key, ...made }),
        (error: unknown) => ({ ...key, error: String(error).slice(-1500) }),
      );
      writeWhole(path, kept);
      return kept;
    },
    async columns(name, build, choose) {
      const path = join(folder, name);
      const before = existsSync(path)
        ? (JSON.parse(readFileSync(path, 'utf8')) as ChosenColumns & { build: string })
        : null;
      if (before?.build === build) return before;
      const { numeric, categorical } = await choose();
      writeWhole(path, { numeric, categorical, build });
      return { numeric, categorical };
    },
  };
}

/** A digest of the built programs, so that fits of another build are known. */
export function digestOfBuild(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort())
    if (/\.[cm]?js$/.test(name)) hash.update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}

/** What a peer was offered: it is fitted again where that has changed. */
export function digestOfColumns({ numeric, categorical }: ChosenColumns): string {
  return createHash('sha256')
    .update(JSON.stringify([numeric, categorical]))
    .digest('hex')
    .slice(0, 16);
}

/** Under a temporary name first: a run that is cut leaves no half of a file. */
function writeWhole(path: string, value: object): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify(value));
  renameSync(`${path}.new`, path);
}
