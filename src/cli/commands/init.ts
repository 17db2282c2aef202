/** `tidewatch init`: make a workspace, from a data file or empty. */
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TidewatchError } from '../../base/errors.ts';
import { ownValue } from '../../base/own-value.ts';
import type { Progress } from '../../base/progress.ts';
import { type ConfigInput, configSchema } from '../../config/schema.ts';
import { defaultBudgetSeconds } from '../../core/learners/budget.ts';
import type { ProposalWishes } from '../../core/propose/column-verdict.ts';
import type { OutcomeRule } from '../../engine/rows/history.ts';
import { DATA_ENDINGS_TEXT } from '../../formats/data-endings.ts';
import type { FileProposal } from '../../steps/propose.ts';
import type { EventsFileProposal } from '../../steps/propose-events.ts';
import {
  BETTER_CHOICES,
  EVENTS_INPUT,
  FOLDERS,
  makeWorkspace,
  refuseFilledFolder,
  refuseWorkspace,
} from '../make-workspace.ts';
import {
  linesUpTo,
  parseDelimiter,
  parseEncoding,
  type ReadingOptions,
  readingOf,
  valuesOf,
} from '../reading-options.ts';
import { createScratchEngine } from '../scratch-engine.ts';
import { createStepLine } from '../step-line.ts';
import type { TakenIn } from '../take-in-files.ts';
import type { Terminal } from '../terminal.ts';
import { type Answer, type CommandMaker, createVerb, type SharedOptions } from '../verb.ts';

const HELP = `
Makes a workspace: config.json, its JSON schema for editors, and the folders.

With a data file (${DATA_ENDINGS_TEXT};
several files, or a folder, of equal columns) it looks at the columns and says what each is for: which tells who left,
which names the client, which are features, and which would mislead a model (keys, counters of rows, copies, what is
only known once a client has left). What only looks too good is used, with a note of what is odd and what it is worth.
Which values of the target mean "left" it takes from their words and from the name of the column (0 under "retention"
means left), and it asks where that is not certain. A month such as 2024-01, 202401 or Jan 2024 is the time of the row
where its name says so (month, period, ...), and no feature. Where no name says which column is the client, one in which
each row has its own value is, if there is but one. The files are copied into sourcedata/, so "tidewatch run" works at
once; they themselves are not touched.

Where a column tells the time of the row, days since (or until) each date become features, and so do ratios and months
that tell who leaves in a sample of the rows: at most ten, listed as "derived" (docs/derived.md). --no-derived: none.

How each file is written is found by itself and shown with its first rows: commas, semicolons, tabs or bars; UTF-8,
UTF-16, Windows-1252 or ISO 8859-1; title lines above the header, and lines under it that describe the columns. Where
that is not what the file is, say it with --delimiter, --encoding, --skip-lines and --description-lines. Numbers and dates
may be written in any one way a column (1.234,50 €, 12 %, 31.01.2024); where two readings fit, it asks for --decimal or
--dates.

One client in five is held out: no model learns from its rows, in these files or in any that comes, and they test
every model. Where clients are seen again and again and the target is their status at the time, such as in monthly
dumps with a time column, what is learned is who leaves within one such period ("labels" in config.json).

With --events a table of what clients did (logins, orders, tickets; one event a row, with the client and the time) is
copied into sourcedata-events/, and features are made of it as of the time of each row: how many, how much, how long
ago. Nothing after that time is ever looked at. docs/events.md has more.

Without a file the columns are those of the original system (corporation, lastmonth_activity, lastyear_activity,
number_of_employees, exited), or those named by the options: put data files into sourcedata/, then
"tidewatch run".

Examples:
  tidewatch init clients.csv
  tidewatch init -w clients export-2024.csv.gz export-2025.csv.gz --target churned --leave-out region,notes
  tidewatch init clients.csv --target "Customer Status" --positive Churned --drop Joined
  tidewatch init clients.csv --events logins.csv
  tidewatch init clients.csv --no-copy --json
  tidewatch init export.csv --skip-lines 3 --encoding iso-8859-15
  tidewatch init
  tidewatch init -w clients --id customer_id --target churned --positive Yes --numeric tenure,monthly_charges
`;

interface InitOptions extends SharedOptions, ReadingOptions {
  readonly id?: string;
  readonly time?: string;
  readonly target?: string;
  readonly positive?: string;
  readonly negative?: string;
  readonly drop?: string;
  readonly numeric?: string[];
  readonly categorical?: string[];
  readonly use?: string[];
  readonly leaveOut?: string[];
  readonly events?: string[];
  readonly testShare: number;
  readonly labelMeaning?: OutcomeRule['meaning'];
  readonly seed: number;
  readonly derived: boolean;
  readonly copy: boolean;
}

export const initCommand: CommandMaker = (terminal, finish) =>
  createVerb({ name: 'init', summary: 'make a workspace, from a data file or empty', help: HELP })
    .argument('[files...]', 'data files, or a folder of them, to make it from')
    .option('--id <column>', 'column that names the client')
    .option('--time <column>', 'column with the time of the row (ISO 8601)')
    .option('--target <column>', 'column that says whether the client left')
    .option('--positive <values>', 'value of the target that means "left"; several are separated by commas')
    .option('--negative <values>', 'values that mean "stayed"; all others, where it is not said')
    .option('--drop <values>', 'values that say no outcome yet: nothing is learned from their rows')
    .option('--numeric <columns>', 'numeric feature columns, separated by commas', parseNames)
    .option('--categorical <columns>', 'categorical feature columns, separated by commas', parseNames)
    .option('--use <columns>', 'with a file: features to use whatever they look like', parseNames)
    .option('--leave-out <columns>', 'with a file: columns to leave out', parseNames)
    .option(
      '--no-derived',
      'with a file: propose no columns that are made of others, such as days since a date',
    )
    .option(
      '--events <file>',
      'with a file: a file or folder of events (what clients did, when); may be given again',
      parseNames,
    )
    .option('--test-share <share>', 'share of the clients that is held out for testing', parseShare, 0.2)
    .option(
      '--label-meaning <meaning>',
      'with a file: outcome (the target says what became of the client) or status (whether it had left by then)',
      parseMeaning,
    )
    .option('--delimiter <separator>', 'with a file: comma, semicolon, tab or bar', parseDelimiter)
    .option(
      '--encoding <encoding>',
      'with a file: utf-8, utf-16le, utf-16be, windows-1252 or iso-8859-15',
      parseEncoding,
    )
    .option('--skip-lines <lines>', 'with a file: lines above the header', linesUpTo('--skip-lines', 1000))
    .option(
      '--description-lines <lines>',
      'with a file: lines under the header that describe the columns',
      linesUpTo('--description-lines', 10),
    )
    .option('--decimal <mark>', 'with a file: mark before the decimals of its numbers, . or ,')
    .option(
      '--dates <order>',
      'with a file: order of its dates in digits, dmy, mdy or ymd, or COLUMN=FORMAT such as joined=DD.MM.YYYY',
      (text: string, before: string[] | undefined) => [...(before ?? []), text],
    )
    .option('--seed <number>', 'seed of everything random, and of the choice of clients', parseSeed, 0)
    .option('--no-copy', 'with a file: write the configuration only, and leave the data where it is')
    .action(async (files: string[], options: InitOptions) => {
      const root = resolve(options.workspace);
      refuseWorkspace(root);
      if (files.length === 0 && options.events !== undefined) {
        throw new TidewatchError(
          'usage',
          'Events are of clients: name the file of clients as well, then --events FILE.',
        );
      }
      finish(
        options,
        files.length === 0 ? initEmpty(root, options) : await initFrom(root, files, options, terminal),
      );
    });

function initEmpty(root: string, options: InitOptions): Answer {
  const { id, time, target, positive, negative, drop, numeric, categorical, testShare, seed } = options;
  const columns = {
    ...(id === undefined ? {} : { id }),
    ...(time === undefined ? {} : { time }),
    ...(target === undefined ? {} : { target }),
    ...(positive === undefined ? {} : { positive: oneOrAll(positive) }),
    ...(negative === undefined ? {} : { negative: oneOrAll(negative) }),
    ...(drop === undefined ? {} : { drop: parseNames(drop, undefined) }),
    ...(numeric === undefined ? {} : { numeric }),
    ...(categorical === undefined ? {} : { categorical }),
  };
  const named = Object.keys(columns).length === 0 ? {} : { columns };
  const { paths } = makeWorkspace(root, {
    $schema: './config.schema.json',
    ...FOLDERS,
    ...named,
    ...BETTER_CHOICES,
    holdout: { share: testShare, by: 'client', ...(seed === 0 ? {} : { seed }) },
    ...(seed === 0 ? {} : { seed }),
  });
  const text = [
    `Made a workspace in ${root}.`,
    `1. Put client data (${DATA_ENDINGS_TEXT}) into ${paths.input}`,
    '2. tidewatch run',
  ].join('\n');
  return { value: { workspace: root, config: join(root, 'config.json'), paths }, text };
}

async function initFrom(
  root: string,
  files: readonly string[],
  options: InitOptions,
  terminal: Terminal,
): Promise<Answer> {
  const line = createStepLine({ ...terminal, interactive: terminal.interactive && !options.json });
  const scratch = createScratchEngine();
  try {
    const { propose } = await import('../../steps/propose.ts');
    const proposal = await propose({
      paths: files,
      wishes: wishesOf(options),
      missingTexts: DEFAULT_MISSING,
      reading: readingOf(options),
      seed: options.seed,
      values: valuesOf(options),
      progress: line.show,
      copyOf: scratch.copyOf,
    });
    const events = await eventsOf(proposal, options, line.show);
    const config = withEvents(configOf(proposal, options), events);
    const taken = await makeFrom(root, { ...proposal, events }, config, options, line.show);
    line.clear();
    return await answerOf(root, { ...proposal, ...(events && { events }) }, taken, terminal);
  } finally {
    await scratch.close();
    line.clear();
  }
}

/** Takes the files in where they are to be copied, and writes the configuration; both or nothing. */
async function makeFrom(
  root: string,
  { files, events }: FileProposal & { readonly events: EventsFileProposal | null },
  config: ConfigInput,
  options: InitOptions,
  progress: Progress,
): Promise<TakenIn | null> {
  if (!options.copy) {
    makeWorkspace(root, config);
    return null;
  }
  const { takeInFiles } = await import('../take-in-files.ts');
  const { isAhead } = await import('../../core/propose/target-name.ts');
  const { testShare: share, seed, labelMeaning } = options;
  const meaning = labelMeaning ?? (isAhead(config.columns?.target ?? '') ? 'outcome' : null);
  if (events !== null) refuseFilledFolder(join(root, EVENTS_INPUT));
  const { taken, undo } = await takeInFiles({ root, files, config, share, seed, meaning, progress });
  let copies: readonly string[] = [];
  try {
    if (events !== null) {
      const { copyInputs } = await import('../../formats/copy-inputs.ts');
      copies = await copyInputs({ files: events.files, folder: join(root, EVENTS_INPUT), progress });
    }
    const { holdout, outcomes } = taken;
    const labels =
      outcomes.meaning === 'status'
        ? { ...config.labels, meaning: outcomes.meaning, horizon_days: outcomes.horizonDays }
        : config.labels;
    makeWorkspace(root, {
      ...config,
      holdout: { ...config.holdout, seed: holdout.seed },
      ...(labels && { labels }),
    });
    return taken;
  } catch (error) {
    for (const path of copies) rmSync(path, { force: true });
    undo();
    throw error;
  }
}

/** What the files of events are, where some are named. */
async function eventsOf(
  { files, columns, decisions, input }: FileProposal,
  { events: paths }: InitOptions,
  progress: Progress,
): Promise<EventsFileProposal | null> {
  if (paths === undefined) return null;
  const { proposeEvents } = await import('../../steps/propose-events.ts');
  return proposeEvents({
    paths,
    clients: files.map(({ path }) => path),
    id: columns.id,
    time: columns.time,
    names: decisions.map(({ column }) => column),
    timeFormat: ownValue(input.dates, columns.time ?? '') ?? null,
    style: { decimal: input.decimal ?? '.', thousands: input.thousands ?? null, unit: null },
    progress,
  });
}

function withEvents(config: ConfigInput, events: EventsFileProposal | null): ConfigInput {
  if (events === null) return config;
  const { columns } = config;
  return {
    ...config,
    columns: { ...columns, derived: { ...columns?.derived, ...events.derived } },
    tables: { events: { path: EVENTS_INPUT, ...events.names } },
  };
}

const DEFAULT_MISSING = configSchema.shape.missing_values.parse(undefined);

function wishesOf(options: InitOptions): ProposalWishes {
  return {
    target: options.target ?? null,
    positive: options.positive ?? null,
    negative: options.negative ?? null,
    drop: options.drop ?? null,
    id: options.id ?? null,
    time: options.time ?? null,
    use: options.use ?? [],
    leaveOut: options.leaveOut ?? [],
    numeric: options.numeric ?? [],
    categorical: options.categorical ?? [],
    derived: options.derived,
    meaning: options.labelMeaning ?? null,
  };
}

/** Seconds that choosing a model of these rows may take. */
function budgetOf({ rows, columns }: Pick<FileProposal, 'rows' | 'columns'>): number {
  const { numeric, categorical, derived } = columns;
  return defaultBudgetSeconds(rows, numeric.length + categorical.length + Object.keys(derived).length);
}

function configOf(
  { rows, columns, input, missingTexts }: FileProposal,
  { seed, testShare }: InitOptions,
): ConfigInput {
  const { value, segment, owner, time, drop, ...rest } = columns;
  const isEmpty = (part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part) && Object.keys(part).length === 0;
  const needed = Object.fromEntries(Object.entries(rest).filter(([, part]) => !isEmpty(part)));
  return {
    $schema: './config.schema.json',
    ...FOLDERS,
    columns: {
      ...needed,
      ...(drop.length === 0 ? {} : { drop }),
      ...(value === null ? {} : { value }),
      ...(segment === null ? {} : { segment }),
      ...(owner === null ? {} : { owner }),
      ...(time === null ? {} : { time }),
    },
    ...(isEmpty(input) ? {} : { input }),
    ...(missingTexts.length === 0 ? {} : { missing_values: [...DEFAULT_MISSING, ...missingTexts] }),
    ...BETTER_CHOICES,
    train: { budget_seconds: budgetOf({ rows, columns }) },
    holdout: { share: testShare, by: 'client', seed },
    ...(seed === 0 ? {} : { seed }),
  };
}

async function answerOf(
  root: string,
  { events, ...proposal }: FileProposal & { readonly events?: EventsFileProposal },
  taken: TakenIn | null,
  terminal: Terminal,
): Promise<Answer> {
  const { renderProposal, renderTakenIn } = await import('../proposal-text.ts');
  const where = [
    `Made a workspace in ${root}.`,
    taken === null
      ? `The data was not copied: put it into ${join(root, FOLDERS.input_folder_path)}${events === undefined ? '' : ` and the events into ${join(root, EVENTS_INPUT)}`}.`
      : renderTakenIn(taken, proposal.columns.target),
    `Choosing a model may take ${budgetOf(proposal)} s each time one is trained ("train.budget_seconds" in config.json).`,
    `Next: tidewatch run -w ${root}`,
  ];
  return {
    value: {
      workspace: root,
      config: join(root, 'config.json'),
      ...proposal,
      ...(events && { events }),
      taken,
    },
    text: [
      renderProposal(proposal, terminal),
      ...(events === undefined
        ? []
        : ['', (await import('../events-text.ts')).renderEvents(events, terminal)]),
      '',
      ...where,
    ].join('\n'),
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

/** A text, or the texts between its commas. */
function oneOrAll(text: string): string | string[] {
  const all = parseNames(text, undefined);
  return all.length === 1 ? (all[0] as string) : all;
}

function parseShare(text: string): number {
  const share = Number(text);
  if (text.trim() !== '' && share > 0 && share < 1) return share;
  throw new TidewatchError(
    'usage',
    `--test-share is "${text}"; expected a number above 0 and below 1, such as 0.2.`,
  );
}

function parseMeaning(text: string): OutcomeRule['meaning'] {
  if (text === 'outcome' || text === 'status') return text;
  throw new TidewatchError('usage', `--label-meaning is "${text}"; expected outcome or status.`);
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (text.trim() !== '' && Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff) return seed;
  throw new TidewatchError('usage', `--seed is "${text}"; expected a whole number from 0 to 4294967295.`);
}
