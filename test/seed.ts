/** Property tests begin at another place each time; with TIDEWATCH_TEST_SEED, a whole number, always at the same. */
const { TIDEWATCH_TEST_SEED: text } = process.env;
if (text !== undefined) {
  const seed = Number(text);
  if (!Number.isInteger(seed)) throw new Error(`TIDEWATCH_TEST_SEED is "${text}"; expected a whole number.`);
  const { configureGlobal } = await import('fast-check');
  configureGlobal({ seed });
}
