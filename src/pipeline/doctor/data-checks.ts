/** What the doctor asks of folders and data files: whether they are there, can be read, and are what is expected. */
import { accessSync, closeSync, constants, fstatSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { writerOf } from '../../base/atomic-file.ts';
import { hasEnded } from '../../base/process-life.ts';
import { followed, openRegularFileSync } from '../../base/regular-file.ts';
import { CONFIG_FILE } from '../../config/load.ts';
import { describeOverlap } from '../../core/metrics/test-window.ts';
import { rowsNeeded } from '../../core/monitor/calibration/risk-lines.ts';
import { KEPT_FOLDER } from '../../engine/kept/kept-rows.ts';
import { contractOfConfig, eventsContractOf } from '../../formats/contract/contract.ts';
import type { TableContract } from '../../formats/contract/table-contract.ts';
import { FileRefused } from '../../formats/csv/file-refused.ts';
import { fieldText, type HeaderMatch } from '../../formats/csv/header.ts';
import { labelTests } from '../../formats/csv/label-text.ts';
import { hasObjects, isParquet } from '../../formats/data-endings.ts';
import {
  type InputListing,
  listDataFiles,
  listInputFolder,
  lookIntoFolder,
} from '../../formats/input-folder.ts';
import { readTable } from '../../formats/read-table.ts';
import { formatCount } from '../../report/text/format.ts';
import type { EvaluationOutline } from '../../store/port/scores.ts';
import { type Check, type Finding, fixable, ok, type Patient, problem, skipped, warning } from './finding.ts';

/** Fewer labelled rows give an interval of F1 that says next to nothing. */
const FEW_TEST_ROWS = 30;
/** Test files beyond so many bytes are not counted through. */
const MAX_BYTES = 200_000_000;
const LONG_WAIT_MS = 3_600_000;

export const dataChecks: readonly Check[] = [
  { name: 'folders', look: checkFolders },
  { name: 'input files', look: checkInputs },
  { name: 'events', look: checkEvents },
  { name: 'test data', look: checkTestData },
  {
    name: 'clients apart',
    look: ({ workspace: { config }, store }) =>
      judgeSides(newestScore(store()), config.holdout !== null, config.columns.id !== null),
  },
  { name: 'leftovers', look: checkLeftovers },
];

function checkFolders({ workspace: { paths } }: Patient): Finding {
  const wanted = [
    ['input_folder_path', paths.input, constants.R_OK | constants.X_OK],
    ['test_data_path', paths.testData, constants.R_OK | constants.X_OK],
    ['output_folder_path', paths.output, constants.W_OK | constants.X_OK],
    ['output_model_path', paths.model, constants.W_OK | constants.X_OK],
    ['prod_deployment_path', paths.deployment, constants.W_OK | constants.X_OK],
  ] as const;
  const absent = wanted.filter(([, path]) => statSync(path, { throwIfNoEntry: false }) === undefined);
  if (absent.length > 0) {
    return problem(
      `Not there: ${absent.map(([key, path]) => `${path} (${key})`).join(', ')}.`,
      `mkdir -p ${absent.map(([, path]) => shellWord(path)).join(' ')}`,
    );
  }
  const closed = wanted.filter(([, path, mode]) => !mayAccess(path, mode));
  return closed.length === 0
    ? ok('All five are there and can be used.')
    : problem(
        `This user may not use ${closed.map(([key, path]) => `${path} (${key})`).join(', ')}.`,
        `chmod u+rwX ${closed.map(([, path]) => shellWord(path)).join(' ')}, or run as the user that owns them`,
      );
}

function mayAccess(path: string, mode: number): boolean {
  try {
    if (!statSync(path).isDirectory()) return false;
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function checkInputs(patient: Patient): Promise<Finding> {
  const { workspace } = patient;
  return judgeFiles(patient, workspace.paths.input, contractIn(workspace), 'columns');
}

async function checkEvents(patient: Patient): Promise<Finding> {
  const { config, paths } = patient.workspace;
  const contract = eventsContractOf(config);
  if (contract === null || paths.events === null) return ok('No table of events is configured.');
  return judgeFiles(patient, paths.events, contract, 'tables.events');
}

/** `key`: where the configuration names the columns. */
async function judgeFiles(
  { workspace, clock }: Patient,
  input: string,
  contract: TableContract,
  key: string,
): Promise<Finding> {
  const { names, unfinished, refused: irregular, ignored } = listInputFolder(input, workspace.root);
  const refused = irregular.map(({ name, reason }) => `${name}: ${reason}`);
  for (const name of names) {
    const reason = await headerFault(join(input, name), contract, false);
    if (reason !== null) refused.push(`${name}: ${reason}`);
  }
  if (refused.length > 0) {
    return problem(
      `${refused.length} of ${names.length + irregular.length} files cannot be taken. ${refused.slice(0, 3).join('. ')}.`,
      `Mend the file, take it out of ${input}, or name its columns under "${key}" in ${CONFIG_FILE}.`,
    );
  }
  const stuck = unfinished.filter(
    (name) => clock.now().getTime() - (followed(join(input, name))?.mtimeMs ?? 0) > LONG_WAIT_MS,
  );
  if (stuck.length > 0) {
    return warning(
      `${stuck.join(', ')} has the name of a file that is being written, but nothing has been written for an hour.`,
      'Copy it again under its final name, and remove that one.',
    );
  }
  if (ignored.length > 0) return ignoredWarning(input, ignored);
  return ok(
    `${formatCount(names.length)} ${names.length === 1 ? 'file' : 'files'}, each with the columns that are expected.`,
  );
}

/** What lies beside the data and is not read, which perhaps somebody thinks it is. */
function ignoredWarning(folder: string, ignored: InputListing['ignored']): Finding {
  const shown = ignored.slice(0, 3).map(({ name, reason }) => `${name}: ${reason}`);
  return warning(
    `${formatCount(ignored.length)} of what lies in ${folder} is not read. ${shown.join('. ')}.`,
    `Where it is data, do as it says; where it is none, move it out of ${folder}.`,
  );
}

async function checkTestData(patient: Patient): Promise<Finding> {
  const { workspace } = patient;
  const folder = workspace.paths.testData;
  if (workspace.config.holdout !== null) return checkHeldOut(patient);
  const names = listDataFiles(folder, workspace.root).map((path) => basename(path));
  const bytes = names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  const countable = names.every((name) => !isParquet(name)) && bytes <= MAX_BYTES;
  const contract = contractIn(workspace);
  if (!countable)
    return skipped(`${names.length} files, too large or Parquet, so their rows were not counted.`);
  const count = { rows: 0, labelled: 0, left: 0 };
  for (const name of names) {
    const reason = await countRows(join(folder, name), contract, count);
    if (reason !== null) return problem(`${name}: ${reason}.`, `Mend the file, or take it out of ${folder}.`);
  }
  const add = `Put more labelled rows that the model is never trained on into ${folder}.`;
  const finding = judgeTestRows(count, add);
  const { ignored } = lookIntoFolder(folder, workspace.root);
  return finding.status === 'ok' && ignored.length > 0 ? ignoredWarning(folder, ignored) : finding;
}

/** Whether the newest score has enough rows of held-out clients, and no test file is overlooked. */
function checkHeldOut({ workspace, store }: Patient): Finding {
  const { testData, input } = workspace.paths;
  const names = dataFilesIn(testData);
  if (names.length > 0) {
    return warning(
      `"holdout" is set, so the ${formatCount(names.length)} files of ${testData} are not read: ${names.slice(0, 3).join(', ')}.`,
      `mv ${shellWord(testData)}/* ${shellWord(input)}/ so that their clients are known and ranked too; held-out clients score the model.`,
    );
  }
  const newest = newestScore(store());
  if (newest === null) return ok('Held-out clients score every model; none has been scored yet.');
  const { rows, positives } = newest;
  const add = 'Held-out clients score every model, and more of their outcomes come with new data.';
  return judgeTestRows({ rows, labelled: rows, left: positives }, add);
}

/** Files of a folder that is perhaps not there. */
function dataFilesIn(folder: string): readonly string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder).filter((name) => !name.startsWith('.'));
}

/** Whether clients are kept apart, and what "holdout" would do where they are not. */
export function judgeSides(
  newest: Pick<EvaluationOutline, 'window'> | null,
  isHeld: boolean,
  isNamed: boolean,
): Finding {
  const overlap = describeOverlap(newest?.window);
  if (isHeld && overlap !== null) {
    return warning(
      overlap,
      'Leave "holdout" as it is now. The model that the next drift brings is trained without them.',
    );
  }
  if (isHeld) return ok('No client is both trained on and tested on, in any file that comes.');
  if (!isNamed) return ok('No column names clients, so each row is one.');
  const gain =
    'add "holdout": {"share": 0.2, "by": "client"} to config.json and move the files of test_data_path into ' +
    'input_folder_path: clients are then held out by their id for ever, test rows renew themselves with every file, ' +
    'and every client is ranked.';
  return overlap === null
    ? ok(
        `No test client is known to be trained on. To keep it so when files come that have all clients, ${gain}`,
      )
    : warning(overlap, `A${gain.slice(1)}`);
}

/** The newest score on test data. */
function newestScore(store: ReturnType<Patient['store']>): EvaluationOutline | null {
  return [...(store?.testScores.values() ?? [])].at(-1) ?? null;
}

/** Whether so many test rows allow an interval, and an alarm of the sequential rule. */
export function judgeTestRows(
  { rows, labelled, left }: { readonly rows: number; readonly labelled: number; readonly left: number },
  add: string,
): Finding {
  const counts = `${formatCount(rows)} rows, ${formatCount(labelled)} labelled, ${formatCount(left)} of them left`;
  if (labelled === 0) return problem(`${counts}: nothing to score on.`, add);
  if (left === 0 || left === labelled) {
    return problem(`${counts}: both kinds are needed to score a model.`, add);
  }
  if (labelled < FEW_TEST_ROWS)
    return warning(`${counts}: intervals of scores will be too wide to mean much.`, add);
  const needed = rowsNeeded({ cells: [0], stayed: [labelled - left], left: [left] });
  if (needed === null) return ok(`${counts}.`);
  return warning(
    `${counts}. By so few of one kind the sequential rule of drift cannot judge a model.`,
    `${add} About ${formatCount(needed)} labelled rows would do.`,
  );
}

class Enough extends Error {}

/** Why the first line is not what is expected; null where it is. Reads no more than the first chunk, of NDJSON up to the first object. */
async function headerFault(
  path: string,
  contract: TableContract,
  targetOptional: boolean,
): Promise<string | null> {
  if (isParquet(path)) return parquetFault(path);
  let isSound = false;
  try {
    await readTable(path, {
      contract,
      targetOptional,
      onHeader: () => {
        if (!hasObjects(path)) throw new Enough();
      },
      onRow: (_bytes, record) => {
        if (record.damage !== null) return;
        isSound = true;
        throw new Enough();
      },
    });
    return null;
  } catch (error) {
    return isSound || error instanceof Enough ? null : faultText(error);
  }
}

/** A Parquet file begins and ends with its four letters; a half-written one does not end so. */
function parquetFault(path: string): string | null {
  const handle = openRegularFileSync(path);
  try {
    const { size } = fstatSync(handle);
    const letters = Buffer.alloc(8);
    readSync(handle, letters, 0, 4, 0);
    readSync(handle, letters, 4, 4, Math.max(0, size - 4));
    return letters.toString('latin1') === 'PAR1PAR1' ? null : 'it is not a whole Parquet file';
  } finally {
    closeSync(handle);
  }
}

async function countRows(
  path: string,
  contract: TableContract,
  count: { rows: number; labelled: number; left: number },
): Promise<string | null> {
  const target = contract.columns.findIndex(({ role }) => role === 'target');
  const { isPositive, isOpen } = labelTests(contract, contract.negative);
  const missing = new Set(['', ...contract.missingTexts]);
  let field = -1;
  try {
    await readTable(path, {
      contract,
      targetOptional: contract.labels === 'optional',
      onHeader: ({ positions }: HeaderMatch) => {
        field = positions[target] ?? -1;
      },
      onRow: (bytes, reader) => {
        count.rows += 1;
        const label = field < 0 || field >= reader.fields ? '' : fieldText(bytes, reader, field).trim();
        if (missing.has(label) || isOpen(label)) return;
        count.labelled += 1;
        if (isPositive(label)) count.left += 1;
      },
    });
    return null;
  } catch (error) {
    return faultText(error);
  }
}

function faultText(error: unknown): string {
  if (error instanceof FileRefused || error instanceof Error) return error.message.replace(/\.$/, '');
  return String(error);
}

function contractIn({ config }: Patient['workspace']): TableContract {
  return contractOfConfig(config);
}

/** Temporary files of processes that are gone. */
export function leftoversOf({ root, paths }: Patient['workspace']): readonly string[] {
  const inOutput = ['snapshots', KEPT_FOLDER].map((name) => join(paths.output, name));
  const places = [root, paths.output, paths.model, paths.deployment, ...inOutput];
  return [...new Set(places)].flatMap(leftoversIn);
}

function checkLeftovers({ workspace }: Patient): Finding {
  const { root } = workspace;
  const found = leftoversOf(workspace);
  if (found.length === 0) return ok('No temporary file was left behind.');
  const shown = found.slice(0, 5).map((path) => shellWord(relative(root, path)));
  const leftovers = warning(
    `${formatCount(found.length)} temporary ${found.length === 1 ? 'file' : 'files'} of processes that have ended: ${shown.join(', ')}${found.length > 5 ? ', ...' : ''}.`,
    `cd ${shellWord(root)} && rm ${shown.join(' ')}, or tidewatch doctor --fix`,
  );
  return fixable('remove-leftovers', leftovers);
}

function leftoversIn(folder: string): string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder).flatMap((name) => {
    const writer = writerOf(name);
    return writer !== null && hasEnded(writer) ? [join(folder, name)] : [];
  });
}

/** A word as a shell takes it. */
function shellWord(word: string): string {
  return /^[A-Za-z0-9_/:=.,@+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
