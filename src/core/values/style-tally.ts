/** Finds by all texts of a column in which styles each of them is a number, and which units they bear. */
import { type NumberReader, type NumberStyle, numberReader } from './number-style.ts';
import { isCurrency, spellingsOf } from './units.ts';
import { shapeOf } from './value-shape.ts';

/** The styles that are told apart, units aside; those with the same decimal mark stand together, plain first. */
export const STYLES: readonly NumberStyle[] = (['.', ','] as const).flatMap((decimal) =>
  ([null, decimal === '.' ? ',' : '.', ' ', "'"] as const).map((thousands) => ({
    decimal,
    thousands,
    unit: null,
  })),
);
const ALL = (1 << STYLES.length) - 1;
const POINT_STYLES = 0b1111;
const COMMA_STYLES = POINT_STYLES << 4;
/** That with a mark of thousands which is the other decimal mark. */
const POINT_AND_COMMAS = 0b10;
const COMMA_AND_POINTS = POINT_AND_COMMAS << 4;

const MAX_UNITS = 8;
const MAX_WORDS = 4;
/** Share of a column that may differ: it is quarantined when the data is read. */
const ODD_SHARE = 0.01;
/** Share of the texts that must be numbers for the column to be asked. */
const NUMBER_SHARE = 0.9;
/** Share of the numbers that must bear a unit that is no currency. */
const UNIT_SHARE = 0.5;

/** What the numbers of a column bear: one unit or none; or why it cannot be told. */
export type UnitFound = { readonly unit: string | null } | { readonly why: string };

export class StyleTally {
  /** Texts that are a number in some style. */
  numbers = 0;
  /** The first two texts that are one number with a decimal point and another with a decimal comma. */
  readonly twofold: string[] = [];
  /** The first text that is a number with a decimal point alone, and the first with a decimal comma alone. */
  pointed: string | null = null;
  comma: string | null = null;
  private odd = 0;
  private bare = 0;
  private leadingZero = false;
  private readonly units = new Map<string, number>();
  private readonly words = new Set<string>();
  /** Numbers that have marks, and for each of `STYLES` those that are none in it. */
  private marked = 0;
  private readonly misfits = STYLES.map(() => 0);
  private readonly readers: readonly NumberReader[] = STYLES.map(numberReader);

  /** @param text trimmed, not empty, and not of a format that has numbers. */
  add(text: string): void {
    const quick = quickMask(text);
    if (quick > 0) {
      this.noteNumber(text, quick, null);
      return;
    }
    const { body, unit } = shapeOf(text);
    const mask = body === '' ? 0 : this.maskOf(body);
    if (mask > 0) this.noteNumber(body, mask, unit, text);
    else this.noteOdd(text);
  }

  /** Whether the column is one of numbers, but for a few texts. */
  get isNumbers(): boolean {
    return this.numbers > 0 && this.numbers >= NUMBER_SHARE * (this.numbers + this.odd);
  }

  /** Whether numbers have marks, so that the column says something of the style. */
  get hasMarks(): boolean {
    return this.marked > 0;
  }

  /** Bit k: the numbers with marks are such in `STYLES[k]`, but for one in a hundred. */
  get fits(): number {
    return this.misfits.reduce(
      (mask, count, k) => (count <= ODD_SHARE * this.marked ? mask | (1 << k) : mask),
      0,
    );
  }

  /** The unit that the column bears. */
  unit(): UnitFound {
    if (this.units.size === 0) return { unit: null };
    const [best = '', count = 0] = [...this.merged()].sort((a, b) => b[1] - a[1])[0] ?? [];
    const few = ODD_SHARE * this.numbers;
    if (this.numbers - this.bare - count > few) {
      return {
        why: `its numbers bear different signs or units: ${[...this.units.keys()].map((unit) => `"${unit}"`).join(', ')}`,
      };
    }
    if (best === '%' && this.bare > few) {
      return {
        why: 'some of its numbers have a percent sign and others none, so what these mean cannot be told',
      };
    }
    const isSign = best === '%' || isCurrency(best);
    if (!isSign && (this.leadingZero || count < UNIT_SHARE * this.numbers)) return { unit: null };
    return { unit: best };
  }

  /** Counts of units, with those of one meaning under the first that was met. */
  private merged(): Map<string, number> {
    const merged = new Map<string, number>();
    for (const [unit, count] of this.units) {
      const same = [...merged.keys()].find((other) => spellingsOf(other).includes(unit));
      merged.set(same ?? unit, (merged.get(same ?? unit) ?? 0) + count);
    }
    return merged;
  }

  private noteNumber(body: string, mask: number, unit: string | null, text = body): void {
    this.numbers++;
    if (mask !== ALL) this.noteMarks(mask);
    if (body.length > 1 && body[0] === '0' && body[1] !== '.' && body[1] !== ',') this.leadingZero = true;
    if ((mask & COMMA_STYLES) === 0) this.pointed ??= text;
    else if ((mask & POINT_STYLES) === 0) this.comma ??= text;
    else if (this.twofold.length < 2 && /[.,]/.test(body)) this.twofold.push(text);
    if (unit === null) this.bare++;
    else if (this.units.has(unit) || this.units.size < MAX_UNITS) {
      this.units.set(unit, (this.units.get(unit) ?? 0) + 1);
    }
  }

  private noteMarks(mask: number): void {
    this.marked++;
    for (let k = 0; k < STYLES.length; k++) {
      if ((mask & (1 << k)) === 0) this.misfits[k] = (this.misfits[k] as number) + 1;
    }
  }

  /** A few words may mean "missing". */
  private noteOdd(text: string): void {
    if (!/\d/.test(text) && (this.words.has(text) || this.words.size < MAX_WORDS)) this.words.add(text);
    else this.odd++;
  }

  private maskOf(body: string): number {
    let mask = 0;
    for (const [k, read] of this.readers.entries()) if (!Number.isNaN(read(body))) mask |= 1 << k;
    return mask;
  }
}

/** The styles of a number of digits with one mark at most, or 0 for any other text: nearly all are such. */
function quickMask(text: string): number {
  const first = text.charCodeAt(0) === 45 ? 1 : 0;
  let mark = -1;
  for (let i = first; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c >= 48 && c <= 57) continue;
    if ((c !== 46 && c !== 44) || mark >= 0) return 0;
    mark = i;
  }
  if (mark < 0) return text.length > first && text.length < 100 ? ALL : 0;
  const whole = mark - first;
  const decimals = text.length - mark - 1;
  if (whole === 0 || decimals === 0) return 0;
  const isPoint = text[mark] === '.';
  const mask = isPoint ? POINT_STYLES : COMMA_STYLES;
  if (decimals !== 3 || whole > 3 || text[first] === '0') return mask;
  return mask | (isPoint ? COMMA_AND_POINTS : POINT_AND_COMMAS);
}
