/** Makes names equal that differ only in how they are typed. */

/**
 * The name in one spelling: small letters, composed accents (Unicode NFC), without blanks of any kind, underscores,
 * hyphens and characters that cannot be seen. "Support Calls", "support_calls" and "supportCalls" fold to one text;
 * "month_1 2" and "month_12" do not, since what stands between two digits is kept as one blank. A name of nothing
 * else folds to the empty text.
 */
export function foldName(name: string): string {
  return name
    .normalize('NFC')
    .replace(/\p{Cf}/gu, '')
    .toLowerCase()
    .split(/[\s_-]+/u)
    .filter((part) => part !== '')
    .reduce(
      (before, part) =>
        /\p{N}$/u.test(before) && /^\p{N}/u.test(part) ? `${before} ${part}` : before + part,
      '',
    );
}
