/** Turns SVG into a PNG picture with the two fonts of the package, and no font of the machine. */
import { Resvg } from '@resvg/resvg-js';
import { FONT_FAMILY, fontPaths } from '../fonts.ts';

export interface PngOptions {
  /** Pixels of the picture for one unit of the SVG; 2 is sharp on dense screens and in print. */
  readonly scale?: number;
}

/** The picture as the bytes of a PNG file. The same SVG gives the same bytes on every machine. */
export function renderPng(svg: string, options: PngOptions = {}): Uint8Array {
  const picture = new Resvg(svg, {
    font: {
      loadSystemFonts: false,
      fontFiles: [...fontPaths()],
      defaultFontFamily: FONT_FAMILY,
      sansSerifFamily: FONT_FAMILY,
    },
    fitTo: { mode: 'zoom', value: options.scale ?? 2 },
  }).render();
  return new Uint8Array(picture.asPng());
}
