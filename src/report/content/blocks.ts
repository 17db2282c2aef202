/** Makers of blocks, with the bounds that keep a report readable: rows of a table and letters of a cell. */
import type { ChartSpec } from '../charts/chart.ts';
import { formatCount } from '../text/format.ts';
import type { Column, DataTable, Figure, Paragraph } from './document.ts';

/** Letters of a text from data at most, and of one in a wide column: data may be of any length. */
const MAX_LETTERS = 160;
const MAX_WIDE_LETTERS = 480;

export interface TableInput<T> {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly items: readonly T[];
  readonly row: (item: T) => readonly string[];
  /** Rows shown at most. */
  readonly most: number;
  /** How many there are in all, where `items` are only the first of them. */
  readonly total?: number;
}

/** A table of the first `most` items, and how many more there are. */
export function boundedTable<T>({ caption, columns, items, row, most, total }: TableInput<T>): DataTable {
  const rows = items.slice(0, most).map((item) =>
    row(item).map((cell, k) => {
      return cleanText(cell, columns[k]?.wide === true ? MAX_WIDE_LETTERS : MAX_LETTERS);
    }),
  );
  const rest = (total ?? items.length) - rows.length;
  return { kind: 'table', caption, columns, rows, more: rest > 0 ? `and ${formatCount(rest)} more` : null };
}

/** Text from data, fit to be shown: control characters and marks that turn the writing round are spaces, long ones are cut. */
export function cleanText(text: string, most = MAX_LETTERS): string {
  const clean = text.replace(/[\p{Cc}\p{Co}\p{Cs}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu, ' ');
  const letters = [...clean];
  return letters.length <= most ? clean : `${letters.slice(0, most - 1).join('')}…`;
}

/** A sentence that a step recorded, with its numbers in at most six decimals. */
export function sentence(text: string): string {
  const rounded = text.replace(/\d+(?:\.\d+e?)?/g, (digits) =>
    /\.\d{7,}$/.test(digits) ? String(Number(Number(digits).toFixed(6))) : digits,
  );
  return cleanText(rounded, MAX_WIDE_LETTERS);
}

export function paragraph(text: string): Paragraph {
  return { kind: 'text', text };
}

/** A chart as a figure: its title and subtitle become text, and the plot is made narrower so that two stand side by side. */
export function figure(name: string, spec: ChartSpec, width: number | null = 300): Figure {
  const { title, ...rest } = spec as ChartSpec & { title?: unknown; width?: unknown; height?: unknown };
  const { text, lines } = titleOf(title);
  const height = typeof rest.height === 'number' ? rest.height : 240;
  const isWide = width !== null && typeof rest.width === 'number' && rest.width > width;
  const size = isWide ? { width, height: Math.min(height, Math.max(240, height * 0.72)) } : {};
  return {
    name,
    title: cleanText(text),
    // What was evaluated is said by the section.
    caption: lines.filter((line) => !line.startsWith('Model ')).join('. '),
    alt: typeof rest.description === 'string' ? rest.description : text,
    chart: { ...rest, ...size, padding: 4 } as ChartSpec,
  };
}

function titleOf(title: unknown): { readonly text: string; readonly lines: readonly string[] } {
  if (typeof title !== 'object' || title === null) return { text: String(title ?? ''), lines: [] };
  const { text, subtitle } = title as { text?: unknown; subtitle?: unknown };
  const lines = Array.isArray(subtitle)
    ? subtitle.map(String)
    : subtitle === undefined
      ? []
      : [String(subtitle)];
  return { text: String(text ?? ''), lines };
}
