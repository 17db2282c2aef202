/** Doubles as SQL text that reads back to the same bits. */

/** The shortest decimal text of a finite double, with an exponent, so that no database takes it for a DECIMAL. */
export function decimalText(value: number): string {
  return value.toExponential();
}

const MANTISSA_BITS = 52;
const STEP_BITS = 62;

/**
 * A finite double as a whole number times or over powers of two, each of which a database holds exactly. For SQLite,
 * whose reading of decimals may be off by the last bit, which would send a value at a threshold the other way.
 */
export function exactText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) <= 2 ** 53) return `${value === 0 ? 0 : value}.0`;
  let { mantissa, exponent } = parts(value);
  let text = `${mantissa} * 1.0`;
  const operator = exponent < 0 ? '/' : '*';
  for (exponent = Math.abs(exponent); exponent > 0; exponent -= STEP_BITS) {
    text += ` ${operator} ${2n ** BigInt(Math.min(exponent, STEP_BITS))}`;
  }
  return `(${text})`;
}

/** value = mantissa * 2^exponent, the mantissa whole and odd. */
function parts(value: number): { mantissa: number; exponent: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const biased = (bits.getUint32(0) >>> 20) & 0x7ff;
  const fraction = (bits.getUint32(0) & 0xfffff) * 2 ** 32 + bits.getUint32(4);
  let mantissa = biased === 0 ? fraction : fraction + 2 ** MANTISSA_BITS;
  let exponent = Math.max(biased, 1) - 1023 - MANTISSA_BITS;
  for (; mantissa % 2 === 0; mantissa /= 2) exponent++;
  return { mantissa: value < 0 ? -mantissa : mantissa, exponent };
}
