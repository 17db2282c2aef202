/** How many columns of a terminal a text takes, and texts cut and wrapped to columns. */

const ASCII_ONLY = /^[ -~]*$/;
/** East Asian wide and full-width characters, and pictures: two columns each (Unicode Standard Annex 11). */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]|^\p{Emoji_Presentation}|\ufe0f/u;
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cc}\p{Cf}]+$/u;
/** What moves a terminal's cursor, rings its bell, breaks a line unseen, or turns the direction of what follows. */
const UNSAFE = /(?![\n\t])\p{Cc}|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns of a single line. Codes that colour are counted as the characters that they are. */
export function displayWidth(text: string): number {
  if (ASCII_ONLY.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += widthOf(segment);
  return width;
}

function widthOf(segment: string): number {
  if (WIDE.test(segment)) return 2;
  return NO_WIDTH.test(segment) ? 0 : 1;
}

/** The longest beginning of a line that fits; at least one character, so that a loop over the rest ends. */
export function takeColumns(text: string, width: number): string {
  if (ASCII_ONLY.test(text)) return text.slice(0, Math.max(1, width));
  let taken = 0;
  let end = 0;
  for (const { segment, index } of segmenter.segment(text)) {
    taken += widthOf(segment);
    if (taken > width && index > 0) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}

/** The line cut to fit, with an ellipsis where something was lost. */
export function cutToWidth(text: string, width: number, ellipsis = '…'): string {
  if (displayWidth(text) <= width) return text;
  return width <= 1
    ? takeColumns(text, 1).slice(0, width)
    : `${takeColumns(text, width - 1).trimEnd()}${ellipsis}`;
}

/** A text that cannot harm a terminal: what could is shown as an escape such as \u001b; line feeds and tabs stay. */
export function visibleText(text: string): string {
  return text.replace(UNSAFE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same for a text whose columns are counted: tabs are spaces. */
export function safeText(text: string): string {
  return visibleText(text.replaceAll('\t', ' '));
}

/** The text in lines of at most `width` columns: broken between words, inside a word only where it is longer. */
export function wrapText(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, width));
}

function wrapLine(line: string, width: number): string[] {
  if (displayWidth(line) <= width) return [line];
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(/ +/)) {
    const joined = current === '' ? word : `${current} ${word}`;
    if (displayWidth(joined) <= width) {
      current = joined;
      continue;
    }
    if (current !== '') lines.push(current);
    current = word;
    while (displayWidth(current) > width) {
      const part = takeColumns(current, width);
      if (part.length === current.length) break;
      lines.push(part);
      current = current.slice(part.length);
    }
  }
  return [...lines, current];
}
