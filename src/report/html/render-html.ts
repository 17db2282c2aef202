/** The report as one HTML file that asks nothing of anybody: no script, no font, no picture from elsewhere. */
import type {
  Block,
  Callout,
  DataTable,
  Facts,
  Figure,
  Figures,
  ReportContent,
  Section,
} from '../content/document.ts';
import { timeText } from '../content/time-text.ts';
import { escapeHtml } from './escape.ts';
import { coloursOf, inlineSvg } from './inline-svg.ts';
import { stylesheet } from './stylesheet.ts';

/** Forbids every request, in case a text should ever get past the escaping. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The drawing of each figure, as SVG. */
export type Drawings = ReadonlyMap<Figure, string>;

/** The page. Equal content and drawings give an equal page. */
export function renderHtml(content: ReportContent, drawings: Drawings): string {
  const { title, subtitle, asOf, version, sections } = content;
  const body = sections.map((section) => renderSection(section, drawings)).join('\n');
  const links = sections.map(({ id, heading }) => `<li><a href="#${id}">${escapeHtml(heading)}</a></li>`);
  const colours = [...drawings.values()].flatMap(coloursOf);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(`${title}: ${subtitle}`)}</title>
<style>${stylesheet(colours)}</style>
</head>
<body>
<header><p class="brand">Tidewatch</p><h1>${escapeHtml(title)}</h1><p class="about">${escapeHtml(subtitle)}</p></header>
<nav aria-label="Contents"><ul>${links.join('')}</ul></nav>
<main>
${body}
</main>
<footer>Made by Tidewatch ${escapeHtml(version)} from stored values, the newest of ${timeText(asOf)}.</footer>
</body>
</html>
`;
}

function renderSection({ id, heading, blocks }: Section, drawings: Drawings): string {
  const inside = blocks.map((block) => renderBlock(block, drawings)).join('\n');
  return `<section id="${id}" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${escapeHtml(heading)}</h2>\n${inside}</section>`;
}

function renderBlock(block: Block, drawings: Drawings): string {
  switch (block.kind) {
    case 'heading':
      return `<h3>${escapeHtml(block.text)}</h3>`;
    case 'text':
      return `<p>${escapeHtml(block.text)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
    case 'callout':
      return renderCallout(block);
    case 'facts':
      return renderFacts(block);
    case 'table':
      return renderTable(block);
    case 'figures':
      return renderFigures(block, drawings);
  }
}

function renderCallout({ tone, title, text }: Callout): string {
  return `<div class="callout ${tone}"><p><strong>${escapeHtml(title)}</strong>${escapeHtml(text)}</p></div>`;
}

function renderFacts({ items }: Facts): string {
  const facts = items.map(({ name, value, note }) => {
    const detail = note === '' ? '' : `<dd class="note">${escapeHtml(note)}</dd>`;
    return `<div><dt>${escapeHtml(name)}</dt><dd class="value">${escapeHtml(value)}</dd>${detail}</div>`;
  });
  return `<dl class="facts">${facts.join('')}</dl>`;
}

function renderTable({ caption, columns, rows, more }: DataTable): string {
  const look = columns.map(({ align, wide }) =>
    align === 'right' ? ' class="right"' : wide === true ? ' class="wide"' : '',
  );
  const head = columns.map(({ header }, k) => `<th scope="col"${look[k]}>${escapeHtml(header)}</th>`);
  const lines = rows.map((cells) => {
    const [first = '', ...rest] = cells.map(escapeHtml);
    const others = rest.map((cell, k) => `<td${look[k + 1]}>${cell}</td>`);
    return `<tr><th scope="row"${look[0]}>${first}</th>${others.join('')}</tr>`;
  });
  const rest =
    more === null ? '' : `<tr><td class="more" colspan="${columns.length}">${escapeHtml(more)}</td></tr>`;
  const name = escapeHtml(caption);
  return (
    `<div class="scroll" role="region" aria-label="${name}" tabindex="0"><table><caption>${name}</caption>` +
    `<thead><tr>${head.join('')}</tr></thead><tbody>${lines.join('\n')}${rest}</tbody></table></div>`
  );
}

function renderFigures({ items }: Figures, drawings: Drawings): string {
  const figures = items.map((figure) => {
    const { name, title, caption, alt } = figure;
    const drawing = inlineSvg(drawings.get(figure) ?? '', { id: name, title, description: alt });
    const detail = caption === '' ? '' : escapeHtml(`${caption}.`);
    return `<figure><figcaption><strong>${escapeHtml(title)}</strong>${detail}</figcaption>${drawing}</figure>`;
  });
  return `<div class="figures">${figures.join('\n')}</div>`;
}
