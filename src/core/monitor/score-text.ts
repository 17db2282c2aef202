/** Scores in sentences: four decimals, as people read them; the numbers themselves stay as exact as they are. */

/** Such as `0.6923`, `0.5`, `1`. */
export function scoreText(value: number): string {
  return `${Number(value.toFixed(4))}`;
}

/** What to add where two scores that differ read the same. */
export function differenceNote(a: number, b: number): string {
  return a !== b && scoreText(a) === scoreText(b) ? ' (by less than 0.0001)' : '';
}
