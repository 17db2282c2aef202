/** `tidewatch export`: the model for other systems, as SQL or ONNX. */
import { resolve } from 'node:path';
import { Option } from 'commander';
import { TidewatchError } from '../../base/errors.ts';
import { insideWorkspace } from '../../config/load.ts';
import { SQL_DIALECTS, type SqlDialect } from '../../core/models/sql/dialect.ts';
import { formatCount } from '../../report/text/format.ts';
import type { ExportFormat, ExportSummary } from '../../steps/export/export.ts';
import { type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Writes the deployed model so that other systems score with it.

--sql DIALECT gives one SELECT over --table with the client's id, probability (calibrated) and class (1: leaves) of
every row; print it, or write it with -o. DuckDB, PostgreSQL's text and SQLite are run here; for MySQL/MariaDB and
Spark the same SELECT is, in DuckDB's dialect. The table needs the columns that the comment at its head names; missing
is NULL. Names that differ by upper and lower case only are told apart in PostgreSQL alone; the others refuse them. What
the model makes of other columns, such as days since a date, the SELECT makes of them too.

--onnx gives a model for onnxruntime: one input a source column, [N, 1], float64 (NaN where missing) or string (empty
where missing); outputs "label" (int64) and "probability" (float64), each [N]. Numbers are float64 whatever the data,
since float32 has some seven digits: 20240612 and 20240613 are one number in it. What is made of other columns is an
input of numbers there, as ONNX has no dates. The file is read back and evaluated here.

Both are held against the model on rows of the latest snapshot, and on rows with missing values, unseen levels and
values at every threshold, before they are handed out: a difference above 1e-9 refuses them.

Examples:
  tidewatch export --sql duckdb --table clients
  tidewatch export --sql postgres --table crm.clients -o score.sql
  tidewatch export --onnx -o model.onnx
  tidewatch export --sql sqlite --table clients --json | jq .check
`;

interface ExportOptions extends SharedOptions {
  readonly sql?: SqlDialect;
  readonly table?: string;
  readonly onnx?: true;
  readonly output?: string;
  readonly model?: string;
}

export const exportCommand: CommandMaker = (terminal, finish) =>
  createVerb({ name: 'export', summary: 'the model as SQL or ONNX, for other systems', help: HELP })
    .addOption(new Option('--sql <dialect>', 'one SELECT for a database').choices(SQL_DIALECTS))
    .option('--table <name>', 'the table that the SELECT reads, as clients or crm.clients')
    .option('--onnx', 'an ONNX model')
    .option('-o, --output <file>', 'where it goes (default for SQL: standard output)')
    .option('--model <path>', 'model file inside the workspace (default: the deployed model)')
    .action(async (options: ExportOptions) => {
      const format = formatOf(options);
      const answer = await withApp(terminal, options, async (app) => {
        const root = app.workspace.root;
        const value = await app.exportModel({
          model: options.model === undefined ? null : insideWorkspace(root, '--model', options.model),
          format,
          path: options.output === undefined ? null : resolve(options.output),
        });
        return { value, text: renderExport(value) };
      });
      finish(options, answer);
    });

function formatOf({ sql, table, onnx, output }: ExportOptions): ExportFormat {
  if ((sql === undefined) === (onnx === undefined)) {
    throw new TidewatchError(
      'usage',
      'Say what to export: either --sql DIALECT --table NAME, or --onnx -o FILE.',
    );
  }
  if (sql === undefined) {
    if (output !== undefined) return { kind: 'onnx' };
    throw new TidewatchError('usage', 'ONNX is not text: name the file to write it to with -o FILE.');
  }
  if (table !== undefined) return { kind: 'sql', dialect: sql, table };
  throw new TidewatchError('usage', 'Name the table that the SELECT reads with --table NAME.');
}

function renderExport({ model, format, path, sql, check, derived }: ExportSummary): string {
  if (path === null) return sql ?? '';
  const place = check.database === null ? ', read back from its bytes' : ` in ${check.database}`;
  const same = check.ranThisText ? '' : ' (by the same SELECT as it reads it)';
  const off = check.largestDifference.toExponential(1);
  const made = Object.entries(derived);
  const numbers =
    format === 'onnx' && made.length > 0
      ? [
          'It takes as numbers what is made of other columns, which is to be made before:',
          ...made.map(([name, words]) => `  ${name}: ${words}`),
        ]
      : [];
  return [
    `Wrote model ${model} to ${path}.`,
    `Checked on ${formatCount(check.rows)} rows${place}: at most ${off} from the model${same}.`,
    ...numbers,
  ].join('\n');
}
