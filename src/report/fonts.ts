/** Finds the two fonts that every chart is drawn with, from the sources and from the built package. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { TidewatchError } from '../base/errors.ts';

/** Family name inside both files, as charts and PDF pages ask for it. */
export const FONT_FAMILY = 'DejaVu Sans';

/** File names of the regular and the bold face; the build copies them into `dist/fonts`. */
export const FONT_FILES = Object.freeze(['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'] as const);

/**
 * Absolute paths of the regular and the bold face, in this order. Throws `internal` where one is missing: text
 * drawn without its font would vanish without a word.
 */
export function fontPaths(): readonly [regular: string, bold: string] {
  const [regular, bold] = FONT_FILES;
  return [fontPath(regular), fontPath(bold)];
}

function fontPath(name: string): string {
  const built = fileURLToPath(new URL(`./fonts/${name}`, import.meta.url));
  if (existsSync(built)) return built;
  try {
    return createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${name}`);
  } catch (cause) {
    throw new TidewatchError(
      'internal',
      `The font ${name} is missing: expected it at ${built}. Install the package again.`,
      { cause, details: { path: built } },
    );
  }
}
