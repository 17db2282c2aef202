/** What a report says in characters that its PDF can draw: others stand as their Unicode numbers. */
import { readFileSync } from 'node:fs';
import { paragraph } from '../content/blocks.ts';
import type { ReportContent } from '../content/document.ts';
import { fontPaths } from '../fonts.ts';
import { charactersOf } from './font-characters.ts';

/** Scripts that need more than shapes, though the fonts have some: letters that join, and lines from right to left. */
const NEEDS_LAYOUT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** A longer run of such letters is shown by its first and its last ones. */
const MAX_SHOWN = 8;
const FIRST_SHOWN = 4;
const LAST_SHOWN = 3;

const NOTE =
  'Letters that this PDF has no font for stand in brackets by their Unicode numbers, as [U+6771 U+4EAC]. The same ' +
  'report as HTML (report.html) shows them as they are, in the same places.';

/** Whether both faces have the character, and it can be set letter by letter from left to right. */
export type CanDraw = (character: string) => boolean;

/** By the two fonts of the report. */
export function readCanDraw(): CanDraw {
  const faces = fontPaths().map((path) => charactersOf(readFileSync(path)));
  return (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x7f || (faces.every((has) => has(code)) && !NEEDS_LAYOUT.test(character));
  };
}

/**
 * The text with each run of letters that cannot be drawn as their numbers, such as "[U+6771 U+4EAC] 12"; more than 8 as
 * their first four, their last three, and how many there are. The same text where all can be drawn.
 */
export function drawableText(text: string, canDraw: CanDraw): string {
  let [shown, run]: [string, string[]] = ['', []];
  for (const character of text) {
    if (canDraw(character)) {
      shown += numbersOf(run) + character;
      run = [];
    } else run.push(character);
  }
  return shown + numbersOf(run);
}

function numbersOf(run: readonly string[]): string {
  if (run.length === 0) return '';
  const codes = run.map(
    (each) => `U+${(each.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
  if (run.length <= MAX_SHOWN) return `[${codes.join(' ')}]`;
  const [first, last] = [codes.slice(0, FIRST_SHOWN), codes.slice(-LAST_SHOWN)];
  return `[${first.join(' ')} … ${last.join(' ')}, ${run.length} letters]`;
}

/** The content with every text drawable, charts and all, and a note that says so; itself where nothing was replaced. */
export function drawableContent(content: ReportContent, canDraw: CanDraw): ReportContent {
  const drawable = withTexts(content, (text) => drawableText(text, canDraw)) as ReportContent;
  const [first, ...others] = drawable.sections;
  if (drawable === content || first === undefined) return drawable;
  return { ...drawable, sections: [{ ...first, blocks: [paragraph(NOTE), ...first.blocks] }, ...others] };
}

/** Plain data with each of its texts changed; whatever holds no changed text is the same object. */
function withTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) {
    const changed = value.map((each) => withTexts(each, change));
    return changed.some((each, k) => each !== value[k]) ? changed : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, each, withTexts(each, change)] as const);
  if (entries.every(([, before, after]) => before === after)) return value;
  return Object.fromEntries(entries.map(([key, , after]) => [key, after]));
}
