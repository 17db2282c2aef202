/** Texts with their characters composed, in time that follows their length. */

/** Longer runs of marks are in no language (Unicode Standard Annex 15 allows for 30 where text is streamed). */
const LONG_RUN = /\p{M}{100}/u;

/**
 * A text in Unicode NFC. One in which a character has 100 marks or more is left as it is: to bring so many into their
 * order takes time with the square of their number. Idempotent.
 */
export function composedText(text: string): string {
  return LONG_RUN.test(text) ? text : text.normalize('NFC');
}
