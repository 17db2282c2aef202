/** A list of records as the numbers of their rows, written as runs of numbers: `1-1500,1507`. Few bytes for many files. */

/** Numbers from the first to the last, both of them in it. */
export type PlaceRange = readonly [first: number, last: number];

export function parsePlaces(text: string): readonly PlaceRange[] {
  if (text === '') return [];
  return text.split(',').map((part) => {
    const [first = '', last = first] = part.split('-');
    return [Number(first), Number(last)];
  });
}

/** The numbers in their order, in which a number need not be greater than the one before. */
export function renderPlaces(places: readonly number[]): string {
  const parts: string[] = [];
  for (let from = 0; from < places.length; ) {
    let to = from;
    while (places[to + 1] === (places[to] as number) + 1) to++;
    parts.push(from === to ? `${places[from]}` : `${places[from]}-${places[to]}`);
    from = to + 1;
  }
  return parts.join(',');
}

export function countPlaces(ranges: readonly PlaceRange[]): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** At most `limit` of the numbers after the first `offset`. */
export function slicePlaces(
  ranges: readonly PlaceRange[],
  { offset, limit }: { readonly offset: number; readonly limit: number },
): readonly PlaceRange[] {
  const taken: PlaceRange[] = [];
  let skip = offset;
  let left = limit;
  for (const [first, last] of ranges) {
    const length = last - first + 1;
    if (left <= 0) break;
    if (skip >= length) {
      skip -= length;
      continue;
    }
    const start = first + skip;
    const end = Math.min(last, start + left - 1);
    taken.push([start, end]);
    left -= end - start + 1;
    skip = 0;
  }
  return taken;
}
