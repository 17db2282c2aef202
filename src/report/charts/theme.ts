/** Charts on a dark ground: every colour of a drawing by its counterpart. */
import { COLOURS } from './chart.ts';
import type { Theme } from './chart-names.ts';
import { CELL_INK, SHADES } from './confusion-matrix.ts';

/** Counterparts with the same contrast on the dark ground (text at least 4.5 to 1). */
const DARK: Readonly<Record<string, string>> = Object.freeze({
  [CELL_INK.dark]: '#ffffff',
  [CELL_INK.light]: '#000000',
  [COLOURS.ink]: '#e6edf3',
  [COLOURS.quiet]: '#9aa7b4',
  [COLOURS.grid]: '#2c343d',
  [COLOURS.blue]: '#56b4e9',
  [COLOURS.sky]: '#33607f',
  [COLOURS.vermilion]: '#f0884a',
  [COLOURS.paper]: '#14191f',
});

/**
 * Where the shades of the confusion matrix begin and end on a dark ground: the more, the brighter, and so that black
 * and white have equal contrast where the text of a cell changes from one to the other.
 */
const DARK_SHADES = [
  [0x1d, 0x26, 0x30],
  [0x66, 0xa3, 0xce],
] as const;

/** The counterpart of a colour (six hex digits, lower case); one that no chart uses stays as it is. */
export function darkOf(colour: string): string {
  return DARK[colour] ?? darkShade(colour) ?? colour;
}

/** A drawing for a theme. */
export function themed(svg: string, theme: Theme): string {
  return theme === 'light' ? svg : svg.replace(/#[0-9a-f]{6}(?=")/g, darkOf);
}

function darkShade(colour: string): string | null {
  const [light, dark] = SHADES;
  const share = (Number.parseInt(colour.slice(1, 3), 16) - light[0]) / (dark[0] - light[0]);
  if (!(share >= 0 && share <= 1)) return null;
  const mix = (from: readonly number[], to: readonly number[]) =>
    from.map((channel, k) => Math.round(channel + share * ((to[k] as number) - channel)));
  const near = mix(light, dark).every(
    (channel, k) => Math.abs(channel - Number.parseInt(colour.slice(1 + 2 * k, 3 + 2 * k), 16)) <= 2,
  );
  if (!near) return null;
  return `#${mix(...DARK_SHADES)
    .map((channel) => channel.toString(16).padStart(2, '0'))
    .join('')}`;
}
