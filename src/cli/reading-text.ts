/** Says how the files given to `init` were read, and shows their first rows. */
import { basename } from 'node:path';
import { quoted } from '../base/shorten.ts';
import { describeDialect } from '../formats/csv/describe-dialect.ts';
import { isParquet } from '../formats/data-endings.ts';
import { formatCount } from '../report/text/format.ts';
import { renderTable } from '../report/text/render-table.ts';
import type { FileProposal } from '../steps/propose.ts';
import type { Terminal } from './terminal.ts';

/** How a CSV is read that needs no second look. */
const PLAIN = 'commas, UTF-8';
type ShownProposal = Pick<FileProposal, 'files' | 'sample' | 'decisions' | 'input' | 'columns'>;

function mannerOf({ path, reading, sheet }: FileProposal['files'][number]): string {
  if (sheet !== null) return `the sheet ${quoted(sheet)} of a workbook`;
  if (reading !== null) return describeDialect(reading);
  return isParquet(path) ? 'Parquet' : 'JSON';
}

/** Columns that are shown of the first rows. */
const MAX_COLUMNS = 12;
/** Characters that are shown of a value. */
const MAX_CHARACTERS = 24;

function shortCell(text: string | undefined): string | null {
  if (text === undefined || text.length <= MAX_CHARACTERS) return text ?? null;
  return `${text.slice(0, MAX_CHARACTERS - 3)}...`;
}

/** One line for plain files; for others how each is read, and the first rows as they are read. */
export function renderReading(
  { files, sample, decisions, input, columns }: ShownProposal,
  terminal: Pick<Terminal, 'width' | 'colour'>,
): string[] {
  const manners = files.map((file) => ({ name: basename(file.path), manner: mannerOf(file) }));
  const [first] = manners;
  if (first === undefined) return [];
  const isAlike = manners.every(({ manner }) => manner === first.manner);
  const { decimal, thousands, dates } = input;
  const isPlainText = isAlike && first.manner === PLAIN && !(decimal ?? thousands ?? dates);
  if (isPlainText && Object.keys(columns.units).length === 0) return [`Read as: ${PLAIN}.`];
  const said = isAlike
    ? [`Read as: ${first.manner}.`]
    : manners.map(({ name, manner }) => `${name} is read as: ${manner}.`);
  const shown = decisions.slice(0, MAX_COLUMNS).map(({ column }) => column);
  const more = decisions.length - shown.length;
  return [
    ...said,
    'The first rows as they are read:',
    renderTable(
      shown.map((column) => ({ header: column === '' ? '(no name)' : column })),
      sample.map((row) => shown.map((_, field) => shortCell(row[field]))),
      terminal,
    ),
    ...(more > 0 ? [more === 1 ? 'and 1 more column' : `and ${formatCount(more)} more columns`] : []),
    '',
  ];
}
