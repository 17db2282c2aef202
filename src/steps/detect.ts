/** Looks whether the input folder holds data that was not there before. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { sha256File } from '../base/hash.ts';
import type { TableContract } from '../formats/contract/table-contract.ts';
import type { FileStore } from '../store/port/files.ts';

export interface DetectOptions {
  /** Absolute path of the input folder. */
  readonly folder: string;
  /** Absolute paths of its data files, in name order. */
  readonly paths: readonly string[];
  /** Names in the deployed ingestedfiles.txt, with the hash of their content where it is known; null: nothing is deployed. */
  readonly deployed: ReadonlyMap<string, string | null> | null;
  /** What files are held against now. */
  readonly contract: TableContract;
}

export interface Detection {
  readonly kind: 'new' | 'nothing-new';
  /** Names of the files that are new, or edited. */
  readonly newFiles: readonly string[];
  readonly seenFiles: readonly string[];
}

/**
 * A file is seen when the deployed list names it with the same content (or content unknown), or when an earlier
 * run has ingested and checked the same content; one that was refused whole, as long as the contract is the same
 * (`refusedKey`). Without a deployment every file is new.
 */
export async function detect(
  deps: { readonly store: Pick<FileStore, 'seen'> },
  options: DetectOptions,
): Promise<Detection> {
  const checked = new Set((await deps.store.seen(options.folder)).map((file) => file.sha256));
  const newFiles: string[] = [];
  const seenFiles: string[] = [];
  for (const path of options.paths) {
    const name = basename(path);
    const seen =
      options.deployed !== null &&
      isSeen(name, await sha256File(path), { ...options, deployed: options.deployed }, checked);
    (seen ? seenFiles : newFiles).push(name);
  }
  return { kind: newFiles.length > 0 ? 'new' : 'nothing-new', newFiles, seenFiles };
}

/** By what a file that was refused whole is remembered, in place of its hash: under another contract it may be taken. */
export function refusedKey(sha256: string, contract: TableContract): string {
  return createHash('sha256')
    .update(JSON.stringify([sha256, contract]))
    .digest('hex');
}

function isSeen(
  name: string,
  sha256: string,
  {
    deployed,
    contract,
  }: { readonly deployed: ReadonlyMap<string, string | null>; readonly contract: TableContract },
  checked: ReadonlySet<string>,
): boolean {
  if (checked.has(sha256) || checked.has(refusedKey(sha256, contract))) return true;
  const known = deployed.get(name);
  return known === null || known === sha256;
}
