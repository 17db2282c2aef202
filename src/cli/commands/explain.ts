/** `tidewatch explain`: why one client is at risk, and what would be without. */
import { insideWorkspace } from '../../config/load.ts';
import { formatCount, formatNumber, formatPercent } from '../../report/text/format.ts';
import { renderTable } from '../../report/text/render-table.ts';
import type { Explanation } from '../../steps/explain.ts';
import type { Terminal } from '../terminal.ts';
import { type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Explains the risk of one client of the latest snapshot (or of --data): its place on the list, what each column adds
to it or takes from it, and what the risk would be if the strongest reasons were as for the average client.
The client is named by its id; where the data has no id column, by the number of its row in the snapshot, from 1,
which is that of its row in your file where there is one file and no row of it was left out. Where a client has
several rows, the newest one is explained. A client who has left is explained too; it is compared with those listed.

Contributions are in log-odds before calibration and exact: average client + all contributions = this client. An
unknown id is answered with the nearest ones, exit code 5.

Examples:
  tidewatch explain 7590-VHVEG
  tidewatch explain 7590-VHVEG --json | jq .contributions
  tidewatch explain 12 --data sourcedata/new.csv
`;

interface ExplainCommandOptions extends SharedOptions {
  readonly data?: string;
}

/** Reasons taken away one after the other. */
const WITHOUT = 3;
const BAR = 20;

export const explainCommand: CommandMaker = (terminal, finish) =>
  createVerb({ name: 'explain', summary: 'why one client is at risk', help: HELP })
    .argument('<id>', 'the client: its id, or the number of its row where the data has no ids')
    .option(
      '--data <path>',
      'data file, or folder of them, inside the workspace (default: the latest snapshot)',
    )
    .action(async (id: string, options: ExplainCommandOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const root = app.workspace.root;
        const data = options.data === undefined ? null : insideWorkspace(root, '--data', options.data);
        const value = await app.explainClient({ data }, { id }, { without: WITHOUT });
        return { value, text: renderExplanation(value, terminal) };
      });
      finish(options, answer);
    });

function renderExplanation(value: Explanation, terminal: Terminal): string {
  return [
    ...headLines(value),
    '',
    renderContributions(value, terminal),
    '',
    ...withoutLines(value),
    `The risk of the average client is ${formatPercent(value.baselineProbability)}; of those the model learnt from, ${formatPercent(value.baseRate)} left. Model ${value.modelVersion}.`,
  ].join('\n');
}

function headLines({
  client,
  probability,
  flagged,
  threshold,
  clients,
  riskPercentile,
  scoredBy,
}: Explanation): string[] {
  const line = flagged ? 'above' : 'not above';
  const lines = [
    `${client?.id ?? 'This client'}: risk of leaving ${formatPercent(probability)}, ${line} the risk threshold (${formatPercent(threshold)}).`,
    [...riskText(riskPercentile, clients, client), ...(client === null ? [] : [placeText(client)])].join(' '),
    ...(scoredBy === 'deployed' ? [] : [OUT_OF_FOLD]),
  ];
  if (client === null) return lines;
  if (client.value !== null) {
    const loss = client.status === 'left' ? '' : `, so ${formatNumber(client.expectedLoss)} is at stake`;
    lines.push(`Value ${formatNumber(client.value)}${loss}.`);
  }
  const belongs = [
    ...(client.owner === null ? [] : [`owner ${client.owner}`]),
    ...(client.segment === null ? [] : [`segment ${client.segment}`]),
  ];
  if (belongs.length > 0) lines.push(`Belongs to ${belongs.join(', ')}.`);
  if (client.rows > 1) {
    lines.push(`The data has ${formatCount(client.rows)} rows of this client; the newest one is explained.`);
  }
  return lines;
}

const OUT_OF_FOLD =
  "Scored by a model that has not seen this client's past, as the deployed one has learned from it.";

function placeText({ status, asOf, rank }: NonNullable<Explanation['client']>): string {
  if (status !== 'left') return `It is number ${formatCount(rank)} on the list of "tidewatch risks".`;
  const when = asOf === null ? '' : `, as of ${asOf.slice(0, 10)}`;
  return `It has left${when}, so it is not on the list; number ${formatCount(rank)} of "tidewatch risks --left".`;
}

function riskText(percentile: number, clients: number, client: Explanation['client']): string[] {
  if (clients === 0) return [];
  if (clients === 1 && client !== null && client.status !== 'left') return ['It is the only client.'];
  const whom = clients === 1 ? 'the one client listed' : `the ${formatCount(clients)} clients listed`;
  return [`Higher than the risk of ${formatPercent(percentile)} of ${whom}.`];
}

function renderContributions({ contributions }: Explanation, terminal: Terminal): string {
  const largest = Math.max(...contributions.map(({ contribution }) => Math.abs(contribution)), 0);
  const table = renderTable(
    [
      { header: 'log-odds', align: 'right' },
      { header: 'lowers the risk | raises it' },
      { header: 'what the client has' },
    ],
    contributions.map(({ contribution, sentence }) => [
      signed(contribution),
      bar(largest === 0 ? 0 : contribution / largest),
      sentence,
    ]),
    terminal,
  );
  return table;
}

/** A bar from the middle: to the left below 0, to the right above. */
function bar(share: number): string {
  const half = BAR / 2;
  const length = share === 0 ? 0 : Math.max(1, Math.round(Math.abs(share) * half));
  const filled = '█'.repeat(length);
  return share < 0 ? `${filled.padStart(half)}│` : `${' '.repeat(half)}│${filled}`;
}

function signed(value: number): string {
  const text = formatNumber(value, 3);
  return value > 0 && !/^0\.0*$/.test(text) ? `+${text}` : text;
}

function withoutLines({ without, probability }: Explanation): string[] {
  if (without.length === 0) return ['Nothing raises this risk above that of the average client.', ''];
  const lines = without.map(
    (step, k) => `  ${k === 0 ? '' : 'and '}${step.columns.at(-1)}: ${formatPercent(step.probability)}`,
  );
  return [
    `The risk of ${formatPercent(probability)} would be, with the strongest reasons as for the average client:`,
    ...lines,
    '',
  ];
}
