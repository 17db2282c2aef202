/** Tells the rows whose outcome is final: those that are old enough for it to have shown. */

const DAY_MS = 86_400_000;

/**
 * One flag a row: 1 where the row is `horizonDays` old at `nowMs` or older, so that its label can be taken at its
 * word. A younger row is left out whatever its label: who has left already has left for good, but to count those
 * and not the ones who may still leave would tell of more leaving than there is. Times are milliseconds since
 * 1970; NaN, a time that is not known, is final, and so is every row at a horizon of 0.
 */
export function matured(times: Float64Array, horizonDays: number, nowMs: number): Uint8Array {
  if (horizonDays === 0) return new Uint8Array(times.length).fill(1);
  const latest = nowMs - horizonDays * DAY_MS;
  return Uint8Array.from(times, (time) => (time > latest ? 0 : 1));
}
