/** Says how the files given to `init` were read, and shows their first rows. */
import { basename } from 'node:path';
import { describeDialect } from '../engine/csv/describe-dialect.ts';
import { formatCount } from '../report/text/format.ts';
import { renderTable } from '../report/text/render-table.ts';
import type { FileProposal } from '../steps/propose.ts';
import type { Terminal } from './terminal.ts';

/** How a CSV is read that needs no second look. */
const PLAIN = 'commas, UTF-8';
/** Columns that are shown of the first rows. */
const MOST_COLUMNS = 12;

/** One line for plain files; for others how each is read, and the first rows as they are read. */
export function renderReading(
  { files, sample, decisions }: Pick<FileProposal, 'files' | 'sample' | 'decisions'>,
  terminal: Pick<Terminal, 'width' | 'colour'>,
): string[] {
  const manners = files.flatMap(({ path, reading }) =>
    reading === null ? [] : [{ name: basename(path), manner: describeDialect(reading) }],
  );
  const [first] = manners;
  if (first === undefined) return [];
  const isAlike = manners.every(({ manner }) => manner === first.manner);
  if (isAlike && first.manner === PLAIN) return [`Read as: ${PLAIN}.`];
  const said = isAlike
    ? [`Read as: ${first.manner}.`]
    : manners.map(({ name, manner }) => `${name} is read as: ${manner}.`);
  const shown = decisions.slice(0, MOST_COLUMNS).map(({ column }) => column);
  const more = decisions.length - shown.length;
  return [
    ...said,
    'The first rows as they are read:',
    renderTable(
      shown.map((column) => ({ header: column === '' ? '(no name)' : column })),
      sample.map((row) => shown.map((_, field) => row[field] ?? null)),
      terminal,
    ),
    ...(more > 0 ? [more === 1 ? 'and 1 more column' : `and ${formatCount(more)} more columns`] : []),
    '',
  ];
}
