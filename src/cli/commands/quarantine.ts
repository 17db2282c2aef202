/** `tidewatch quarantine`: the rows that were not accepted, and to put them back. */
import { Command, InvalidArgumentError } from 'commander';
import { TidewatchError } from '../../base/errors.ts';
import type { QuarantineAnswer, ReadmitSummary } from '../../pipeline/data/quarantine.ts';
import { formatCount } from '../../report/text/format.ts';
import { renderTable } from '../../report/text/render-table.ts';
import type { Terminal } from '../terminal.ts';
import { type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Rows that do not fit the configuration are not used. They stay in quarantine with the file, the line, the columns at
fault and the reason, until they are mended in the input folder or re-admitted.

Examples:
  tidewatch quarantine list
  tidewatch quarantine list --file january.csv --limit 200
  tidewatch quarantine readmit january.csv 7 --text 'abcd,78,1024,12,0'
`;

const LIST_HELP = `
Shows the rows of one input file, the first with a quarantine unless --file names another.

Examples:
  tidewatch quarantine list --json | jq .files
`;

const READMIT_HELP = `
Puts rows of an input file into a new file of the input folder, which the next run reads. Without --text the lines are
taken as they are: for when the configuration has changed since. Refused whole, with the reason, where a row would be
quarantined again, and while a run is under way. A row is left out while the file that it was put into is there, so it
is safe to ask again.

Examples:
  tidewatch quarantine readmit january.csv 7 8 9
  tidewatch quarantine readmit january.csv 7 --text 'abcd,78,1024,12,0'
`;

interface ListOptions extends SharedOptions {
  readonly file?: string;
  readonly limit: number;
  readonly after: number;
}

interface ReadmitOptions extends SharedOptions {
  readonly text?: string;
}

export const quarantineCommand: CommandMaker = (terminal, finish) => {
  const list = createVerb({
    name: 'list',
    summary: 'the rows that were not accepted, and why',
    help: LIST_HELP,
  })
    .option('--file <name>', 'input file whose rows are shown (default: the first)')
    .option('--limit <rows>', 'rows at most', parseCount, 50)
    .option('--after <place>', 'where to go on, as the page before says', parseCount, 0)
    .action(async (options: ListOptions) => {
      const { file, limit, after } = options;
      const answer = await withApp(terminal, options, async (app) => {
        const value = await app.quarantine({ file, limit: Math.max(1, limit), after });
        return { value, text: renderList(value, terminal) };
      });
      finish(options, answer);
    });
  const readmit = createVerb({
    name: 'readmit',
    summary: 'put rows of the quarantine back into the input folder',
    help: READMIT_HELP,
  })
    .argument('<file>', 'input file that the rows are of')
    .argument('<lines...>', 'lines in that file', parseLines)
    .option('--text <line>', 'the line as it should have been; for one line')
    .action(async (file: string, lines: readonly number[], options: ReadmitOptions) => {
      const { text } = options;
      if (text !== undefined && lines.length > 1) {
        throw new TidewatchError(
          'request-invalid',
          `--text is for one line, but ${lines.length} were named. Re-admit the others in further calls.`,
        );
      }
      const answer = await withApp(terminal, options, async (app) => {
        const value = await app.readmit({ file, rows: lines.map((line) => ({ line, text })) });
        return { value, text: renderReadmit(value) };
      });
      finish(options, answer);
    });
  // The shared options are those of list and readmit: a group that knew them too would keep them for itself.
  return new Command('quarantine')
    .summary('the rows that were not accepted')
    .description('The rows that were not accepted.')
    .addHelpText('after', HELP)
    .addCommand(list)
    .addCommand(readmit);
};

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new InvalidArgumentError('Expected a whole number from 0.');
}

function parseLines(text: string, before: readonly number[] | undefined): readonly number[] {
  const line = Number(text);
  if (!Number.isSafeInteger(line) || line < 1) {
    throw new InvalidArgumentError('Expected the number of a line, from 1.');
  }
  return [...(before ?? []), line];
}

function renderList({ files, file, rows, next }: QuarantineAnswer, terminal: Terminal): string {
  if (file === null) return 'No row is in quarantine.';
  const others = files.map(({ name, rows: count }) => `${name} (${formatCount(count)})`).join(', ');
  const table = renderTable(
    [
      { header: 'line', align: 'right' },
      { header: 'columns' },
      { header: 'reason' },
      { header: 'as it was read' },
      { header: 'now in' },
    ],
    rows.map(({ line, columns, reason, raw, readmitted }) => [
      String(line),
      columns.join(', '),
      reason,
      raw,
      readmitted ?? '',
    ]),
    { width: terminal.width, colour: terminal.colour },
  );
  const more = next === null ? '' : `\nMore: --file ${file} --after ${next}`;
  return `Rows of ${file} that were not accepted\n\n${table}\n\nFiles: ${others}${more}`;
}

function renderReadmit({ file, readmitted, skipped }: ReadmitSummary): string {
  const left = skipped.map(({ line, reason }) => `line ${line}: ${reason}`);
  if (file === null) return ['Nothing was left to re-admit.', ...left].join('\n');
  const rows = readmitted === 1 ? '1 row is' : `${readmitted} rows are`;
  return [`${rows} in ${file} of the input folder now. "tidewatch run" reads it.`, ...left].join('\n');
}
