/** `tidewatch risks`: whom to call today, why, and what is at stake. */
import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { nearestNames } from '../../base/nearest.ts';
import { insideWorkspace } from '../../config/load.ts';
import { clientsCsvHeader, clientsCsvLines } from '../../pipeline/clients/clients-csv.ts';
import { formatCount, formatNumber, formatPercent } from '../../report/text/format.ts';
import { renderTable, type TableColumn } from '../../report/text/render-table.ts';
import type { RankedClient, Ranking } from '../../steps/rank.ts';
import type { Terminal } from '../terminal.ts';
import { type Answer, type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Scores the clients of the latest snapshot with the deployed model and lists those to call first: by expected loss
(risk times value) where "columns.value" names what is at stake, else by risk; equal ones by id. Clients whose value
is missing come after the others, by risk. Where a client has several rows, the newest one counts, by "columns.time"
or else the last. Without "columns.id" a client is named by the number of its row in the snapshot, which is that of
its row in your file where there is one file and no row of it was left out.

Clients who have left are not on the list: those whose newest row says so, and those of whom somebody entered it on
the page since. --left lists them instead, in the same order.

Each comes with the strongest reasons that raise its risk. They are exact for the model, not guesses: what the
column adds to the risk, compared with the average client, and where the client stands among all. Up to 65,536
clients the percentages are exact; beyond, they are within 0.65 of a point (and levels and missing values exact).

Nothing is written but the file of -o, and a run may go on at the same time.

Examples:
  tidewatch risks
  tidewatch risks --owner "Kim Lee" --min-risk 0.5 --top 10
  tidewatch risks --top 1000 --csv -o calls.csv
  tidewatch risks --left
  tidewatch risks --data sourcedata/new.csv --json | jq '.clients[].id'
`;

interface RisksOptions extends SharedOptions {
  readonly data?: string;
  readonly top: number;
  readonly left: boolean;
  readonly owner?: string;
  readonly segment?: string;
  readonly minRisk?: number;
  readonly reasons: number;
  readonly csv: boolean;
  readonly output?: string;
}

export const risksCommand: CommandMaker = (terminal, finish) =>
  createVerb({ name: 'risks', summary: 'whom to call today, why, and what is at stake', help: HELP })
    .option(
      '--data <path>',
      'data file, or folder of them, inside the workspace (default: the latest snapshot)',
    )
    .option('--top <n>', 'clients to list', wholeNumber(1, 10_000_000), 20)
    .option('--left', 'list the clients who have left instead', false)
    .option('--owner <name>', 'only clients of this owner')
    .option('--segment <name>', 'only clients of this segment')
    .option('--min-risk <p>', 'only clients with at least this risk, from 0 to 1', probability)
    .option('--reasons <n>', 'reasons a client at most', wholeNumber(0, 100), 3)
    .option('--csv', 'print CSV', false)
    .option('-o, --output <file>', 'write to a file; .csv and .json say the form')
    .action(async (options: RisksOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const root = app.workspace.root;
        const data = options.data === undefined ? null : insideWorkspace(root, '--data', options.data);
        const ranking = await app.rankClients(
          { data },
          {
            status: options.left ? 'left' : 'listed',
            offset: 0,
            limit: options.top,
            owner: options.owner ?? null,
            segment: options.segment ?? null,
            minRisk: options.minRisk ?? null,
            search: null,
            reasons: options.reasons,
          },
        );
        return answerOf(ranking, options, terminal);
      });
      finish(options, answer);
    });

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

function probability(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('Expected a number from 0 to 1, such as 0.5.');
}

function answerOf(ranking: Ranking, options: RisksOptions, terminal: Terminal): Answer {
  const { output } = options;
  const text = textOf(ranking, options, terminal);
  if (output === undefined) return { value: ranking, text, isData: options.csv };
  const path = resolve(output);
  writeFileAtomic(path, `${text.trimEnd()}\n`);
  const clients = ranking.clients.length;
  return { value: { path, clients }, text: `wrote ${path}: ${clientsText(clients)}` };
}

function textOf(ranking: Ranking, options: RisksOptions, terminal: Terminal): string {
  const ending = options.output?.slice(options.output.lastIndexOf('.')) ?? '';
  if (options.json || ending === '.json') return JSON.stringify(ranking, null, 2);
  if (options.csv || ending === '.csv') return renderCsv(ranking, options.reasons);
  return renderRanking(ranking, options, terminal);
}

function clientsText(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'client' : 'clients'}`;
}

function renderCsv({ clients }: Ranking, reasons: number): string {
  const options = { reasons, earlier: false };
  return [clientsCsvHeader(options), ...clientsCsvLines(clients, options)].join('\n');
}

function renderRanking(ranking: Ranking, options: RisksOptions, terminal: Terminal): string {
  const { clients, matching } = ranking;
  if (clients.length === 0) return noneText(ranking, options);
  const shown = <T>(pick: (client: RankedClient) => T | null): boolean =>
    clients.some((client) => pick(client) !== null);
  const parts: { readonly column: TableColumn; cell(client: RankedClient): string }[] = [
    { column: { header: '#', align: 'right' }, cell: ({ rank }) => formatCount(rank) },
    { column: { header: 'client' }, cell: ({ id }) => id },
    {
      column: { header: 'risk', align: 'right' },
      cell: (client) => `${formatPercent(client.probability)}${client.flagged ? ' !' : '  '}`,
    },
    ...(options.left && shown(({ asOf }) => asOf)
      ? [{ column: { header: 'as of' }, cell: ({ asOf }: RankedClient) => asOf?.slice(0, 10) ?? '' }]
      : []),
    ...(shown(({ value }) => value)
      ? [
          { column: right('value'), cell: ({ value }: RankedClient) => formatNumber(value) },
          { column: right('at stake'), cell: ({ expectedLoss }: RankedClient) => formatNumber(expectedLoss) },
        ]
      : []),
    ...(shown(({ owner }) => owner)
      ? [{ column: { header: 'owner' }, cell: ({ owner }: RankedClient) => owner ?? '' }]
      : []),
    ...(shown(({ segment }) => segment)
      ? [{ column: { header: 'segment' }, cell: ({ segment }: RankedClient) => segment ?? '' }]
      : []),
    ...(options.reasons === 0
      ? []
      : [
          {
            column: { header: 'why (the strongest first)' },
            cell: ({ reasons }: RankedClient) => whyText(reasons),
          },
        ]),
  ];
  const table = renderTable(
    parts.map(({ column }) => column),
    clients.map((client) => parts.map(({ cell }) => cell(client))),
    terminal,
  );
  const more = matching.clients - clients.length;
  return [
    headline(ranking),
    '',
    table,
    '',
    ...(more > 0 ? [`${formatCount(more)} more: --top ${matching.clients} lists them all.`] : []),
    `Next: tidewatch explain ${quoteForShell(clients[0]?.id ?? '')}`,
  ].join('\n');
}

function right(header: string): TableColumn {
  return { header, align: 'right' };
}

function whyText(reasons: RankedClient['reasons']): string {
  return reasons.length === 0
    ? 'nothing raises it above the average'
    : reasons.map(({ sentence }) => sentence).join('\n');
}

/** How many of whom, who is on the other list, what the marks mean, what is at stake, and that clients recur where they do. */
function headline(ranking: Ranking): string {
  const { all, matching, clients, threshold, rankedBy, rows, counts, status } = ranking;
  const total = formatCount(matching.clients);
  const whole = status === 'left' ? 'who have left' : 'in all';
  const of =
    matching.clients === all.clients
      ? `${total}${status === 'left' ? ' who have left' : ''}`
      : `${total} that fit, of ${formatCount(all.clients)} ${whole}`;
  const by = rankedBy === 'risk' ? 'risk' : 'expected loss (risk times value)';
  const are = matching.flagged === 1 ? 'is' : 'are';
  const listed = clients.reduce((sum, { expectedLoss }) => sum + (expectedLoss ?? 0), 0);
  return [
    `The first ${clientsText(clients.length)} of ${of}, by ${by}.`,
    ...(status === 'listed' ? otherLines(counts) : []),
    `${formatCount(matching.flagged)} of the ${total} ${are} above the risk threshold (${formatPercent(threshold)}), marked "!".`,
    ...(matching.expectedLoss === null || status === 'left'
      ? []
      : [
          `At stake: ${formatNumber(listed)} with those shown, ${formatNumber(matching.expectedLoss)} with the ${total}.`,
        ]),
    ...(rows > counts.listed + counts.left
      ? [`The data has ${formatCount(rows)} rows: where a client has several, the newest one counts.`]
      : []),
  ].join('\n');
}

function otherLines({ listed, left, unknown }: Ranking['counts']): string[] {
  const have = left === 1 ? 'has' : 'have';
  const is = left === 1 ? 'is' : 'are';
  const of = unknown === listed ? `all ${formatCount(listed)}` : `${formatCount(unknown)} of those listed`;
  return [
    ...(left === 0
      ? []
      : [`${clientsText(left)} ${have} left and ${is} not on the list: tidewatch risks --left`]),
    ...(unknown === 0 ? [] : [`The outcome of ${of} is not known yet.`]),
  ];
}

function noneText(ranking: Ranking, options: RisksOptions): string {
  const { all, counts, owners, segments } = ranking;
  if (all.clients === 0) return emptyText(counts, options);
  const asked = [
    { what: 'owner', name: options.owner, known: owners },
    { what: 'segment', name: options.segment, known: segments },
  ].filter(({ name, known }) => name !== undefined && !known.includes(name));
  const unknown = asked.map(({ what, name = '', known }) => {
    const near = nearestNames(name, known, 3);
    const names = near.length > 0 ? near : known.slice(0, 10);
    return `No client has the ${what} "${name}"; there are ${names.join(', ')}.`;
  });
  return [
    `None of ${clientsText(all.clients)}${options.left ? ' who have left' : ''} fits.`,
    ...unknown,
  ].join('\n');
}

function emptyText({ listed, left }: Ranking['counts'], options: RisksOptions): string {
  if (listed + left === 0) return 'The data has no clients.';
  if (options.left)
    return `No client has left. ${clientsText(listed)} ${listed === 1 ? 'is' : 'are'} listed.`;
  return `Nobody is left to call: ${left === 1 ? 'the only client has' : `all ${formatCount(left)} clients have`} left. List them: tidewatch risks --left`;
}

function quoteForShell(text: string): string {
  return /^[\w.,:@%+=/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
