/** Digits of a whole number in groups of three: "1234567" is "1,234,567"; a sign before them stays. */
export function groupThousands(digits: string): string {
  const from = digits.startsWith('-') ? 1 : 0;
  const parts: string[] = [];
  for (let end = digits.length; end > from; end -= 3)
    parts.unshift(digits.slice(Math.max(from, end - 3), end));
  return digits.slice(0, from) + parts.join(',');
}
