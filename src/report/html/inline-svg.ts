/** A drawing as part of a page: named for screen readers, in the colours of the page's theme, without what repeats. */
import { escapeHtml } from './escape.ts';

export interface SvgNames {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

/** What one picture of a page does not need: its parts are not told one by one, and fonts come from the page. */
const LEFT_OUT = / (?:xmlns(?::xlink)?|version|class|role|aria-[a-z]+|pointer-events|font-family)="[^"]*"/g;

/**
 * The drawing as an `svg` element. Colours become the custom properties that `colourName` names; the white ground
 * is left to the page. Ids are made unique by that of the picture.
 */
export function inlineSvg(svg: string, { id, title, description }: SvgNames): string {
  const [, width = '0', height = '0'] = /^<svg[^<>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  const inside = svg
    .slice(svg.indexOf('>') + 1, svg.lastIndexOf('</svg>'))
    .replace(/^<rect width="[^"]*" height="[^"]*" fill="[^"]*"\/>/, '')
    .replace(LEFT_OUT, '')
    .replace(/<path d="[^"]*" display="none"\/>/g, '')
    .replace(/ (id)="([^"]*)"/g, ` $1="${id}-$2"`)
    .replace(/url\(#/g, `url(#${id}-`)
    .replace(/(fill|stroke)="(#[0-9a-f]{6})"/g, (_, what: string, colour: string) => {
      return `${what}="var(${colourName(colour)})"`;
    });
  return (
    `<svg role="img" aria-labelledby="${id}-title ${id}-desc" viewBox="0 0 ${width} ${height}" ` +
    `style="max-width:${width}px"><title id="${id}-title">${escapeHtml(title)}</title>` +
    `<desc id="${id}-desc">${escapeHtml(description)}</desc>${inside}</svg>`
  );
}

/** The colours of a drawing that pages give by theme. */
export function coloursOf(svg: string): readonly string[] {
  return [...svg.matchAll(/(?:fill|stroke)="(#[0-9a-f]{6})"/g)].map(([, colour]) => colour ?? '');
}

/** The custom property of a colour. */
export function colourName(colour: string): string {
  return `--c${colour.slice(1)}`;
}
