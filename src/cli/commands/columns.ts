/** `tidewatch columns`: by which other names files have the columns. */
import { Command } from 'commander';
import { TidewatchError } from '../../base/errors.ts';
import { quoted } from '../../base/shorten.ts';
import { loadWorkspace } from '../../config/load.ts';
import { type Alias, writeAliases } from '../../config/write-aliases.ts';
import { renderTable } from '../../report/text/render-table.ts';
import type { Terminal } from '../terminal.ts';
import { type CommandMaker, createVerb, type SharedOptions } from '../verb.ts';

const HELP = `
Says that files, databases and requests have a column under another name: NAME there is COLUMN in config.json. It is
written into "columns": {"aliases": ...} of config.json, and holds from the next run on; a file that was left out since
it lacked the column is read then. Give more names and columns in turn. Without names it shows what is said so far.

Nothing needs to be said where names differ in capitals, blanks, underscores or hyphens alone: "Support Calls" is read
as support_calls, and run and ingest say so. Whether "Supp_Calls" is the same column, only a person knows.

Examples:
  tidewatch columns alias "Supp_Calls" support_calls
  tidewatch columns alias Kundennr customer_id "Mon. fee" monthly_fee -w clients
  tidewatch columns alias --json
`;

export const columnsCommand: CommandMaker = (terminal, finish) =>
  new Command('columns')
    .summary('other names that files have for the columns')
    .description('Other names that files have for the columns.')
    .addCommand(
      createVerb({
        name: 'alias',
        summary: 'read a column of another name as one of the configuration',
        help: HELP,
      })
        .argument('[names...]', 'name in the files, then the column of config.json; more of such pairs')
        .action((names: readonly string[], options: SharedOptions) => {
          const added = writeAliases(options.workspace, pairsOf(names));
          const { root, config } = loadWorkspace(options.workspace);
          const { aliases } = config.columns;
          finish(options, {
            value: { workspace: root, added, aliases },
            text: names.length === 0 ? renderAliases(aliases, terminal) : renderAdded(added, root),
          });
        }),
    );

function pairsOf(names: readonly string[]): Alias[] {
  if (names.length % 2 === 1) {
    throw new TidewatchError(
      'usage',
      `${names.map(quoted).join(' ')}: expected pairs, the name in the files and then the column of config.json, such as ` +
        'tidewatch columns alias "Supp_Calls" support_calls.',
    );
  }
  return names.flatMap((alias, k) => (k % 2 === 0 ? [{ alias, column: names[k + 1] ?? '' }] : []));
}

function renderAdded(added: readonly Alias[], root: string): string {
  if (added.length === 0) return 'config.json says so already.';
  return [
    ...added.map(({ alias, column }) => `${quoted(alias)} is read as ${column} from now on.`),
    `Next: tidewatch run -w ${root}`,
  ].join('\n');
}

function renderAliases(aliases: Readonly<Record<string, string>>, terminal: Terminal): string {
  const rows = Object.entries(aliases);
  if (rows.length === 0)
    return 'No column has another name (tidewatch columns alias NAME COLUMN gives it one).';
  return renderTable([{ header: 'name in the files' }, { header: 'column' }], rows, terminal);
}
