/** `tidewatch init`: make a workspace, from a data file or empty. */
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TidewatchError } from '../../base/errors.ts';
import type { Progress } from '../../base/progress.ts';
import { type ConfigInput, configSchema } from '../../config/schema.ts';
import type { ProposalWishes } from '../../core/propose/column-verdict.ts';
import type { SplitSummary } from '../../engine/csv/split-files.ts';
import type { FileProposal } from '../../steps/propose.ts';
import {
  BETTER_CHOICES,
  FOLDERS,
  makeWorkspace,
  refuseFilledFolder,
  refuseWorkspace,
} from '../make-workspace.ts';
import { createStepLine } from '../step-line.ts';
import type { Terminal } from '../terminal.ts';
import { type Answer, type CommandMaker, createVerb, type SharedOptions } from '../verb.ts';

const HELP = `
Makes a workspace: config.json, its JSON schema for editors, and the folders.

With a data file (CSV with a header or NDJSON, plain or gzipped; several files, or a folder, of equal columns) it looks
at the columns and says what each is for: which tells who left, which names the client, which are features, and which
would mislead a model (keys, counters of rows, copies, what is only known once a client has left). The rows go, byte
for byte, into sourcedata/ and a stratified part of them into testdata/, so "tidewatch run" works at once. The files
themselves are not touched.

Without a file the columns are those of the original system (corporation, lastmonth_activity, lastyear_activity,
number_of_employees, exited), or those named by the options: put CSV or NDJSON files into sourcedata/ and
labelled rows that the model must not learn from into testdata/, then "tidewatch run".

Examples:
  tidewatch init clients.csv
  tidewatch init -w clients export-2024.csv.gz export-2025.csv.gz --target churned --leave-out region,notes
  tidewatch init clients.csv --no-copy --json
  tidewatch init
  tidewatch init -w clients --id customer_id --target churned --positive Yes --numeric tenure,monthly_charges
`;

interface InitOptions extends SharedOptions {
  readonly id?: string;
  readonly target?: string;
  readonly positive?: string;
  readonly numeric?: string[];
  readonly categorical?: string[];
  readonly use?: string[];
  readonly leaveOut?: string[];
  readonly testShare: number;
  readonly seed: number;
  readonly copy: boolean;
}

export const initCommand: CommandMaker = (terminal, finish) =>
  createVerb({ name: 'init', summary: 'make a workspace, from a data file or empty', help: HELP })
    .argument('[files...]', 'CSV or NDJSON files, or a folder of them, to make it from')
    .option('--id <column>', 'column that names the client')
    .option('--target <column>', 'column that says whether the client left')
    .option('--positive <value>', 'value of the target that means "left"')
    .option('--numeric <columns>', 'numeric feature columns, separated by commas', parseNames)
    .option('--categorical <columns>', 'categorical feature columns, separated by commas', parseNames)
    .option('--use <columns>', 'with a file: features to use whatever they look like', parseNames)
    .option('--leave-out <columns>', 'with a file: columns to leave out', parseNames)
    .option(
      '--test-share <share>',
      'with a file: share of the rows that is held out for testing',
      parseShare,
      0.2,
    )
    .option('--seed <number>', 'with a file: seed of the split', parseSeed, 0)
    .option('--no-copy', 'with a file: write the configuration only, and leave the data where it is')
    .action(async (files: string[], options: InitOptions) => {
      const root = resolve(options.workspace);
      refuseWorkspace(root);
      finish(
        options,
        files.length === 0 ? initEmpty(root, options) : await initFrom(root, files, options, terminal),
      );
    });

function initEmpty(root: string, options: InitOptions): Answer {
  const { id, target, positive, numeric, categorical } = options;
  const columns = {
    ...(id === undefined ? {} : { id }),
    ...(target === undefined ? {} : { target }),
    ...(positive === undefined ? {} : { positive }),
    ...(numeric === undefined ? {} : { numeric }),
    ...(categorical === undefined ? {} : { categorical }),
  };
  const named = Object.keys(columns).length === 0 ? {} : { columns };
  const { paths } = makeWorkspace(root, {
    $schema: './config.schema.json',
    ...FOLDERS,
    ...named,
    ...BETTER_CHOICES,
  });
  const text = [
    `Made a workspace in ${root}.`,
    `1. Put client data (CSV, NDJSON, gzip of these, or Parquet) into ${paths.input}`,
    `2. Put labelled test rows, not used for training, into ${paths.testData}`,
    '3. tidewatch run',
  ].join('\n');
  return { value: { workspace: root, config: join(root, 'config.json'), paths }, text };
}

async function initFrom(
  root: string,
  files: readonly string[],
  options: InitOptions,
  terminal: Terminal,
): Promise<Answer> {
  const folders = { input: join(root, FOLDERS.input_folder_path), test: join(root, FOLDERS.test_data_path) };
  if (options.copy) for (const folder of Object.values(folders)) refuseFilledFolder(folder);
  const line = createStepLine({ ...terminal, interactive: terminal.interactive && !options.json });
  try {
    const { propose } = await import('../../steps/propose.ts');
    const proposal = await propose({
      paths: files,
      wishes: wishesOf(options),
      missingTexts: DEFAULT_MISSING,
      seed: options.seed,
      progress: line.show,
    });
    const config = configOf(proposal, options);
    const split = options.copy ? await splitInto(folders, proposal, config, options, line.show) : null;
    makeOrTakeBack(root, config, split);
    line.clear();
    return await answerOf(root, folders, proposal, split, terminal);
  } finally {
    line.clear();
  }
}

const DEFAULT_MISSING = configSchema.shape.missing_values.parse(undefined);

function wishesOf(options: InitOptions): ProposalWishes {
  return {
    target: options.target ?? null,
    positive: options.positive ?? null,
    id: options.id ?? null,
    use: options.use ?? [],
    leaveOut: options.leaveOut ?? [],
    numeric: options.numeric ?? [],
    categorical: options.categorical ?? [],
  };
}

function configOf({ columns, missingTexts }: FileProposal, { seed }: InitOptions): ConfigInput {
  const { value, segment, owner, time, ...needed } = columns;
  return {
    $schema: './config.schema.json',
    ...FOLDERS,
    columns: {
      ...needed,
      ...(value === null ? {} : { value }),
      ...(segment === null ? {} : { segment }),
      ...(owner === null ? {} : { owner }),
      ...(time === null ? {} : { time }),
    },
    ...(missingTexts.length === 0 ? {} : { missing_values: [...DEFAULT_MISSING, ...missingTexts] }),
    ...BETTER_CHOICES,
    ...(seed === 0 ? {} : { seed }),
  };
}

async function splitInto(
  folders: { readonly input: string; readonly test: string },
  proposal: FileProposal,
  config: ConfigInput,
  options: InitOptions,
  progress: Progress,
): Promise<SplitSummary> {
  const { splitFiles } = await import('../../engine/csv/split-files.ts');
  const { contractOf } = await import('../../engine/contract.ts');
  return splitFiles({
    files: proposal.files,
    contract: contractOf(
      proposal.columns,
      config.missing_values ?? DEFAULT_MISSING,
      BETTER_CHOICES.labels.missing,
    ),
    share: options.testShare,
    seed: options.seed,
    wholeClients: proposal.clientsChange,
    inputFolder: folders.input,
    testFolder: folders.test,
    progress,
  });
}

/** A workspace whose configuration cannot be written keeps no data either, so that init can be done again. */
function makeOrTakeBack(root: string, config: ConfigInput, split: SplitSummary | null): void {
  try {
    makeWorkspace(root, config);
  } catch (error) {
    for (const path of [...(split?.inputPaths ?? []), ...(split?.testPaths ?? [])])
      rmSync(path, { force: true });
    throw error;
  }
}

async function answerOf(
  root: string,
  folders: { readonly input: string; readonly test: string },
  proposal: FileProposal,
  split: SplitSummary | null,
  terminal: Terminal,
): Promise<Answer> {
  const { renderProposal, renderSplit } = await import('../proposal-text.ts');
  const where = [
    `Made a workspace in ${root}.`,
    ...(split === null
      ? [
          `The data was not copied: put training rows into ${folders.input}, held-out rows into ${folders.test}.`,
        ]
      : [renderSplit(split, folders)]),
    `Next: tidewatch run -w ${root}`,
  ];
  return {
    value: { workspace: root, config: join(root, 'config.json'), ...proposal, split },
    text: [renderProposal(proposal, terminal), '', ...where].join('\n'),
  };
}

/** Names separated by commas; the option may be given again, and adds to what it said before. */
function parseNames(text: string, before: string[] | undefined): string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return [...(before ?? []), ...names];
}

function parseShare(text: string): number {
  const share = Number(text);
  if (text.trim() !== '' && share > 0 && share < 1) return share;
  throw new TidewatchError(
    'usage',
    `--test-share is "${text}"; expected a number above 0 and below 1, such as 0.2.`,
  );
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (text.trim() !== '' && Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff) return seed;
  throw new TidewatchError('usage', `--seed is "${text}"; expected a whole number from 0 to 4294967295.`);
}
