/** Which characters a font has shapes for. */

const HEADER = 12;
const RECORD = 16;

/** First and last character of each run that the font has, ascending. */
type Runs = readonly (readonly [first: number, last: number])[];

/**
 * Whether a TrueType font has a character, by its code point, as its table of all of Unicode says (`cmap`, format 12).
 * Throws where it has no such table.
 */
export function charactersOf(font: Buffer): (character: number) => boolean {
  const runs = runsOf(tableOf(font, 'cmap'));
  return (character) => {
    let [low, high] = [0, runs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((runs[middle]?.[1] ?? 0) < character) low = middle + 1;
      else high = middle;
    }
    return (runs[low]?.[0] ?? Number.POSITIVE_INFINITY) <= character;
  };
}

function tableOf(font: Buffer, tag: string): Buffer {
  for (let at = HEADER; at < HEADER + RECORD * font.readUInt16BE(4); at += RECORD) {
    if (font.toString('latin1', at, at + 4) === tag) return font.subarray(font.readUInt32BE(at + 8));
  }
  throw new Error(`the font has no table ${tag}`);
}

function runsOf(cmap: Buffer): Runs {
  for (let k = 0; k < cmap.readUInt16BE(2); k++) {
    const table = cmap.subarray(cmap.readUInt32BE(4 + 8 * k + 4));
    if (table.readUInt16BE(0) !== 12) continue;
    return Array.from({ length: table.readUInt32BE(12) }, (_, group) => {
      const at = 16 + 12 * group;
      return [table.readUInt32BE(at), table.readUInt32BE(at + 4)] as const;
    });
  }
  throw new Error('the font does not say which characters of all of Unicode it has');
}
