/** Finds the name a person probably meant. */

/** Levenshtein distance: insertions, deletions and substitutions of UTF-16 units. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

/** The candidate nearest to `name` (case aside), or null where none shares at least half of it. */
export function nearestName(name: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.ceil(name.length / 2) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** The `most` nearest of the candidates (case aside), the nearest first; none that shares less than half of `name`. */
export function nearestNames(name: string, candidates: Iterable<string>, most: number): string[] {
  const wanted = name.toLowerCase();
  const limit = Math.ceil(name.length / 2);
  const best: { readonly candidate: string; readonly distance: number }[] = [];
  for (const candidate of candidates) {
    const worst = best.length < most ? limit : (best[most - 1]?.distance ?? limit) - 1;
    if (Math.abs(candidate.length - name.length) > worst) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance > worst) continue;
    const at = best.findIndex((each) => each.distance > distance);
    best.splice(at < 0 ? best.length : at, 0, { candidate, distance });
    best.length = Math.min(best.length, most);
  }
  return best.map(({ candidate }) => candidate);
}
