/** How the numbers of one column are read, and what those of the file at hand say of its style. */
import { FLAG_UNIT } from '../../core/values/flags.ts';
import { numberFault } from '../../core/values/number-fault.ts';
import {
  type DecimalMark,
  type NumberReader,
  type NumberStyle,
  numberReader,
  PLAIN_STYLE,
} from '../../core/values/number-style.ts';
import { readNumberText } from '../../core/values/plain-number.ts';
import type { ContractColumn, TableContract } from '../contract/table-contract.ts';
import { StyledBytes, writePlainNumber } from './number-bytes.ts';

const POINT = 46;
const ZERO = 48;

/** The style of the numbers of a column. */
export function numberStyleOf(
  { reading }: Pick<TableContract, 'reading'>,
  column: ContractColumn,
): NumberStyle {
  const { decimal, thousands } = reading ?? PLAIN_STYLE;
  return { decimal, thousands, unit: column.unit ?? null };
}

export class NumberColumn {
  readonly style: NumberStyle;
  /** Numbers of the file that fit the style alone, and those that mean another number with the other decimal mark. */
  own = 0;
  both = 0;
  /** Those that fit the other decimal mark alone, and the first of them. */
  others = 0;
  firstOther = '';
  private readonly read: NumberReader;
  private readonly otherReads: readonly NumberReader[];
  private readonly sameReads: readonly NumberReader[];
  /** Whether a number without a style is one of this style too. */
  private readonly isPlain: boolean;
  private readonly styled: StyledBytes | null;

  constructor(style: NumberStyle) {
    const { decimal, unit } = style;
    const isSpecial = unit === '%' || unit === FLAG_UNIT;
    const other = decimal === '.' ? ',' : '.';
    this.style = style;
    this.read = numberReader(style);
    this.otherReads = readsOf(other, unit);
    this.sameReads = readsOf(decimal, unit);
    this.isPlain = decimal === '.' && !isSpecial;
    this.styled = unit === FLAG_UNIT ? null : new StyledBytes(style);
  }

  /** Forgets the file before. */
  begin(): void {
    this.own = 0;
    this.both = 0;
    this.others = 0;
    this.firstOther = '';
  }

  /** As `writePlainNumber`; 0 for what is to be read as a text. `typed`: of a format that has numbers. */
  writeBytes(
    bytes: Uint8Array,
    start: number,
    end: number,
    typed: boolean,
    out: Uint8Array,
    to: number,
  ): number {
    if (typed || this.isPlain) {
      const done = writePlainNumber(bytes, start, end, out, to);
      if (done < 0 && !typed) this.notePlain(bytes, start, end);
      if (done !== 0) return done;
    }
    if (typed || this.styled === null) return 0;
    const length = this.styled.copy(bytes, start, end);
    if (length === 0) return 0;
    const done = writePlainNumber(this.styled.plain, 0, length, out, to);
    if (done === 0) return 0;
    if (this.styled.evidence === 'own') this.own++;
    else if (this.styled.evidence === 'both') this.both++;
    return done;
  }

  /** The number of a trimmed text, or NaN. */
  parse(text: string, typed: boolean): number {
    const known = typed ? readNumberText(text) : Number.NaN;
    if (!Number.isNaN(known)) return known;
    const value = this.read(text);
    if (!typed) this.note(text, value);
    return value;
  }

  /** As `parse`, without a note. */
  valueOf(text: string, typed: boolean): number {
    const known = typed ? readNumberText(text) : Number.NaN;
    return Number.isNaN(known) ? this.read(text) : known;
  }

  /** Why a trimmed text is no number of this column. */
  fault(text: string): string {
    return numberFault(text, this.style);
  }

  /** A number with a point: with three decimals it may be meant as one with thousands. */
  private notePlain(bytes: Uint8Array, start: number, end: number): void {
    const whole = end - 4 - (bytes[start] === 45 ? start + 1 : start);
    if (bytes[end - 4] === POINT && whole >= 1 && whole <= 3 && bytes[end - 4 - whole] !== ZERO) this.both++;
    else this.own++;
  }

  private note(text: string, value: number): void {
    if (!text.includes(',') && !text.includes('.')) return;
    const others = this.otherReads.map((read) => read(text)).filter((number) => !Number.isNaN(number));
    if (!Number.isNaN(value)) {
      if (others.length === 0) this.own++;
      else if (others.some((number) => number !== value)) this.both++;
    } else if (others.length > 0 && this.sameReads.every((read) => Number.isNaN(read(text)))) {
      if (this.others === 0) this.firstOther = text;
      this.others++;
    }
  }
}

/** Readers of all styles with a decimal mark. */
function readsOf(decimal: DecimalMark, unit: string | null): NumberReader[] {
  const marks = [decimal === '.' ? ',' : '.', ' ', "'"] as const;
  return marks.map((thousands) => numberReader({ decimal, thousands, unit }));
}
