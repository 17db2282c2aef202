/** Plays the demonstration: three runs of the whole process over data that is made here. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { TidewatchError } from '../base/errors.ts';
import type { LogLevel } from '../base/log.ts';
import { makeFolder } from '../base/make-folder.ts';
import { CONFIG_FILE } from '../config/load.ts';
import type { ConfigInput } from '../config/schema.ts';
import { generateDemoFiles } from '../core/demo-data.ts';
import type { RunSummary } from '../pipeline/run/run-summary.ts';
import { formatCount, formatScore, formatSeconds } from '../report/text/format.ts';
import { renderTable } from '../report/text/render-table.ts';
import type { Terminal } from './terminal.ts';
import { withApp } from './verb.ts';

export interface DemoOptions {
  /** Absolute path of the workspace to make. */
  readonly folder: string;
  readonly seed: string;
  readonly log: LogLevel;
}

export interface DemoSummary {
  readonly workspace: string;
  readonly seed: number;
  readonly runs: readonly (RunSummary & { readonly scene: string })[];
  readonly paths: Readonly<Record<string, string>>;
}

/** Marks a folder as a demonstration, which the next one may replace. */
const MARK = '.tidewatch-demo';

const SCENES = [
  { scene: 'practice data arrives', input: 'practicedata', model: 'practicemodels' },
  { scene: 'source data arrives', input: 'sourcedata', model: 'models' },
  { scene: 'nothing new arrives', input: 'sourcedata', model: 'models' },
] as const;

export async function runDemo(terminal: Terminal, options: DemoOptions): Promise<DemoSummary> {
  const seed = parseSeed(options.seed);
  makeWorkspace(options.folder, seed);
  terminal.out.write(`Made ${options.folder} with data from seed ${seed}.\n\n`);
  const runs: DemoSummary['runs'][number][] = [];
  for (const { scene, input, model } of SCENES) {
    writeConfig(options.folder, input, model);
    terminal.out.write(`${runs.length + 1}. ${scene}: tidewatch run ... `);
    const run = await runOnce(terminal, options);
    terminal.out.write(`${run.result} (${formatSeconds(run.seconds)})\n`);
    runs.push({ scene, ...run });
  }
  return { workspace: options.folder, seed, runs, paths: describePaths(options.folder) };
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff) return seed;
  throw new TidewatchError('usage', `--seed is "${text}"; expected a whole number from 0 to 4294967295.`);
}

function makeWorkspace(folder: string, seed: number): void {
  if (existsSync(folder) && !existsSync(join(folder, MARK))) {
    throw new TidewatchError(
      'workspace-exists',
      `${folder} exists and is not an earlier demonstration, so it was left alone. Name another folder with --dir.`,
      { details: { path: folder } },
    );
  }
  rmSync(folder, { recursive: true, force: true });
  makeFolder(folder);
  writeFileAtomic(
    join(folder, MARK),
    'A demonstration of Tidewatch. The next "tidewatch demo" here replaces it.\n',
  );
  for (const [path, text] of generateDemoFiles(seed)) writeFileAtomic(join(folder, path), text);
}

function writeConfig(folder: string, input: string, model: string): void {
  const config: ConfigInput = {
    input_folder_path: input,
    output_folder_path: 'ingesteddata',
    test_data_path: 'testdata',
    output_model_path: model,
    prod_deployment_path: 'production_deployment',
    model: 'auto',
    calibration: 'auto',
    threshold: 'f1',
    labels: { missing: 'keep' },
  };
  writeFileAtomic(join(folder, CONFIG_FILE), `${JSON.stringify(config, null, 2)}\n`);
}

async function runOnce(terminal: Terminal, options: DemoOptions): Promise<RunSummary> {
  let summary: RunSummary | null = null;
  await withApp(terminal, { workspace: options.folder, json: false, log: options.log }, async (app) => {
    summary = await app.run('command');
    return { value: summary, text: '' };
  });
  if (summary === null) throw new TidewatchError('internal', 'The run ended without a summary.');
  return summary;
}

function describePaths(folder: string): DemoSummary['paths'] {
  const paths = {
    configuration: CONFIG_FILE,
    'compiled data': 'ingesteddata/finaldata.csv',
    'files read': 'ingesteddata/ingestedfiles.txt',
    'live model': 'production_deployment/trainedmodel.json',
    'its score': 'production_deployment/latestscore.txt',
    'confusion matrix': 'models/confusionmatrix.png',
    'API answers': 'models/apireturns.txt',
    records: 'tidewatch.db',
  };
  const existing = Object.entries(paths).map(([name, path]) => [name, join(folder, path)] as const);
  return Object.fromEntries(existing.filter(([, path]) => existsSync(path)));
}

/** The table that the demonstration ends with. */
export function renderDemo(summary: DemoSummary, terminal: Terminal): string {
  const width = { width: terminal.width, colour: terminal.colour };
  const runs = renderTable(
    [
      { header: 'what happened' },
      { header: 'result' },
      { header: 'rows kept', align: 'right' },
      { header: 'F1 new rows', align: 'right' },
      { header: 'F1 retrained', align: 'right' },
      { header: 'F1 live', align: 'right' },
      { header: 'time', align: 'right' },
    ],
    summary.runs.map((run) => [
      run.scene,
      run.result,
      run.rows === null ? '' : formatCount(run.rows.kept),
      formatScore(run.score.new),
      formatScore(run.score.challenger),
      formatScore(run.score.deployed),
      formatSeconds(run.seconds),
    ]),
    width,
  );
  const score = readFileSync(join(summary.workspace, 'production_deployment/latestscore.txt'), 'utf8').trim();
  const files = Object.entries(summary.paths).map(([name, path]) => `${name.padEnd(18)}${path}`);
  return [
    '',
    runs,
    '',
    `Live F1 on the test data: ${score}`,
    '',
    ...files,
    '',
    `Next: tidewatch serve -w ${summary.workspace}`,
  ].join('\n');
}
