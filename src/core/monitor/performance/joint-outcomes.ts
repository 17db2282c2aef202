/** How often two models, deciding on the same rows, were right together or alone. */
import type { ConfusionCounts } from '../../statistics/confusion.ts';

/** Rows by label, flag of the champion and flag of the challenger: place 4 label + 2 champion + challenger. */
export type JointOutcomes = readonly number[];

/** Decisions of both on labelled rows (1, 0; others are passed over); a row is flagged above the threshold. */
export function jointOutcomes(
  labels: Float64Array,
  champion: Float64Array,
  championThreshold: number,
  challenger: Float64Array,
  challengerThreshold: number,
): JointOutcomes {
  const cells = new Float64Array(8);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label !== 1 && label !== 0) continue;
    const old = (champion[i] as number) > championThreshold ? 2 : 0;
    const young = (challenger[i] as number) > challengerThreshold ? 1 : 0;
    const cell = 4 * label + old + young;
    cells[cell] = (cells[cell] as number) + 1;
  }
  return Array.from(cells);
}

/** Confusion counts of one of the two. */
export function countsOf(cells: JointOutcomes, who: 'champion' | 'challenger'): ConfusionCounts {
  const sum = (one: number, other: number): number => (cells[one] ?? 0) + (cells[other] ?? 0);
  return who === 'champion'
    ? { tn: sum(0b000, 0b001), fp: sum(0b010, 0b011), fn: sum(0b100, 0b101), tp: sum(0b110, 0b111) }
    : { tn: sum(0b000, 0b010), fp: sum(0b001, 0b011), fn: sum(0b100, 0b110), tp: sum(0b101, 0b111) };
}

/** Rows on which one was right alone. */
export function rightAlone(cells: JointOutcomes): { readonly champion: number; readonly challenger: number } {
  const at = (cell: number): number => cells[cell] ?? 0;
  return { champion: at(0b001) + at(0b110), challenger: at(0b010) + at(0b101) };
}
