/** `tidewatch ingest`: compile the input folder. */

import { DATA_ENDINGS_TEXT } from '../../formats/data-endings.ts';
import type { FileReport } from '../../formats/file-report.ts';
import { eventNotes, sayEvents } from '../../pipeline/bound/event-notes.ts';
import type { IngestSummary } from '../../pipeline/bound/single-steps.ts';
import { formatCount, formatPercent } from '../../report/text/format.ts';
import { renderTable } from '../../report/text/render-table.ts';
import { renderMatched } from '../matched-text.ts';
import { exitOf, renderSourceNotes } from '../source-text.ts';
import { type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Reads every file of input_folder_path that ends in
${DATA_ENDINGS_TEXT},
in the order of arrival, those that came together by name; what else lies there is named as ignored. Checks each against
the columns of the configuration, and writes to output_folder_path: finaldata.csv (accepted rows, exact duplicates
dropped), the Parquet snapshot that the system itself reads, ingestedfiles.txt, and quarantine/ with every row that was
not accepted, its file, line, column and reason. read = kept + duplicates + quarantined always holds. A file without
a needed column is rejected whole. With "labels": {"missing": "keep"} in config.json, rows without a label are kept
as clients whose outcome is not known yet, and a file without the target column is one of such rows. Mend a file in the input
folder and ingest again to re-admit its rows.

Exits with 3 when more than max_rejected_share of the rows were quarantined: then nothing but the quarantine is
written.

Examples:
  tidewatch ingest
  tidewatch ingest --json | jq .rows
`;

export const ingestCommand: CommandMaker = (terminal, finish) =>
  createVerb({
    name: 'ingest',
    summary: 'compile the input folder into clean training data',
    help: HELP,
  }).action(async (options: SharedOptions) => {
    const answer = await withApp(terminal, options, async (app) => {
      const summary = await app.ingest();
      return { value: summary, text: renderIngest(summary, terminal), exit: exitOf(summary.sources) };
    });
    finish(options, answer);
  });

function renderIngest(summary: IngestSummary, terminal: Parameters<CommandMaker>[0]): string {
  const { rows } = summary;
  const share = rows.read === 0 ? 0 : rows.quarantined / rows.read;
  const table = renderTable(
    [
      { header: 'file' },
      { header: 'status' },
      { header: 'read', align: 'right' },
      { header: 'kept', align: 'right' },
      { header: 'duplicates', align: 'right' },
      { header: 'quarantined', align: 'right' },
      { header: 'note' },
    ],
    summary.files.map((file) => [
      file.name,
      file.status,
      formatCount(file.read),
      formatCount(file.kept),
      formatCount(file.duplicates),
      formatCount(file.quarantined),
      noteOf(file),
    ]),
    { width: terminal.width, colour: terminal.colour },
  );
  const lines = [
    ...renderSourceNotes(summary.sources),
    table,
    '',
    `${formatCount(rows.read)} rows read = ${formatCount(rows.kept)} kept + ${formatCount(rows.duplicates)} duplicates + ` +
      `${formatCount(rows.quarantined)} quarantined (${formatPercent(share)})`,
    ...(summary.unlabelled === 0
      ? []
      : [
          `${formatCount(summary.unlabelled)} of those kept have no label yet: they are ranked by risk, but not learned from`,
        ]),
    ...(summary.events === null
      ? []
      : [sayEvents(summary.events), ...(summary.events.met === null ? [] : eventNotes(summary.events.met))]),
    `snapshot   ${summary.snapshot.id.slice(0, 12)}`,
    `data       ${summary.snapshot.csvPath}`,
    ...[...summary.quarantinePaths, ...(summary.events?.quarantinePaths ?? [])].map(
      (path) => `quarantine ${path}`,
    ),
  ];
  return lines.join('\n');
}

function noteOf({ reason, extraColumns, matched, unlabelled }: FileReport): string {
  if (reason !== null) return reason;
  return [
    ...(unlabelled > 0 ? [`without a label: ${formatCount(unlabelled)}`] : []),
    ...(matched.length > 0 ? [renderMatched(matched)] : []),
    ...(extraColumns.length > 0 ? [`left out: ${extraColumns.join(', ')}`] : []),
  ].join('; ');
}
