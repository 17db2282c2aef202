/**
 * The files of a source in the input folder. They are all that is remembered of it: their names say the watermark, so
 * that no second record can contradict them, and a file is whole or not there.
 */
import { existsSync, readdirSync } from 'node:fs';
import { removeUnfinished } from '../../base/atomic-file.ts';
import { PULLED_NAME } from '../../formats/own-file.ts';
import { compareWatermarks } from './watermark.ts';

const DRAFT = /^source-\d{6,}-[a-z][a-z0-9_]*\.csv\./;

export interface PulledFile {
  /** Name inside the input folder. */
  readonly name: string;
  readonly number: number;
  readonly source: string;
  /** The greatest watermark in it. */
  readonly watermark: string;
}

/** Numbers count over all sources, so that a new file comes after the old ones, which need not be read again then. */
export function pulledName(number: number, source: string, watermark: string, sha256: string): string {
  const place = watermark.replaceAll(' ', '_').replaceAll(':', '=');
  return `source-${padded(number)}-${source}-to-${place}-${sha256.slice(0, 12)}.csv`;
}

/** The name that a file is written under at first, before what it is made of is known. */
export function draftName(number: number, source: string): string {
  return `source-${padded(number)}-${source}.csv`;
}

function padded(number: number): string {
  return String(number).padStart(6, '0');
}

function parsePulledName(name: string): PulledFile | null {
  const [, number, source, place] = PULLED_NAME.exec(name) ?? [];
  if (number === undefined || source === undefined || place === undefined) return null;
  const watermark = place.replaceAll('_', ' ').replaceAll('=', ':');
  return { name, number: Number(number), source, watermark };
}

/** Files of all sources in the order that they were pulled in. */
export function listPulledFiles(folder: string): PulledFile[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .flatMap((name) => parsePulledName(name) ?? [])
    .sort((a, b) => a.number - b.number || (a.name < b.name ? -1 : 1));
}

/** How far a source has been pulled; null: not at all. */
export function watermarkOf(files: readonly PulledFile[], source: string): string | null {
  const own = files.filter((file) => file.source === source).map((file) => file.watermark);
  return own.reduce<string | null>(
    (highest, each) => (highest === null || compareWatermarks(each, highest) > 0 ? each : highest),
    null,
  );
}

/** Removes what a killed pull left half-written. */
export function removeUnfinishedPulls(folder: string): void {
  removeUnfinished(folder, DRAFT);
}
