/** A fast e^-x for the inner loops of the learners, the same bits on every machine. */

const STEPS = 64;
/** Powers of two below zero, so that x may be down to -44. */
const BELOW = 64;
export const EXP_OFFSET = BELOW * STEPS;
/** 2^(-j/64) and 2^-(j-64): e^-x = 2^(-k/64) e^r with k the whole number nearest to 64 x / ln 2. */
export const EXP_FRACTIONS = Float64Array.from({ length: STEPS }, (_, j) => 2 ** (-j / STEPS));
export const EXP_POWERS = Float64Array.from({ length: BELOW + 1080 }, (_, j) => 2 ** (BELOW - j));
export const EXP_STEPS = STEPS / Math.LN2;
/** ln 2 / 64 in two parts, the first short enough for k times it to be exact (Cody and Waite). */
export const EXP_STEP_HIGH = 0.010830424696223417;
export const EXP_STEP_LOW = 2.572804622327669e-14;

/**
 * e^-x for -44 <= x <= 740, within 4 units in the last place; outside the range the result means nothing.
 * Table-driven after Tang, "Table-driven implementation of the exponential function" (1989), about three times
 * as fast as Math.exp. The hottest loops write it out, as a call that is not inlined costs more than the function.
 */
export function expNegative(x: number): number {
  const shifted = (x * EXP_STEPS + (EXP_OFFSET + 0.5)) | 0;
  const k = shifted - EXP_OFFSET;
  const r = k * EXP_STEP_HIGH - x + k * EXP_STEP_LOW;
  return (
    (EXP_POWERS[shifted >> 6] as number) *
    (EXP_FRACTIONS[shifted & 63] as number) *
    (1 + r * (1 + r * (0.5 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120))))))
  );
}
