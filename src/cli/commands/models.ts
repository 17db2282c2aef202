/** `tidewatch models`: which models there are and were, how good, and why each is what it is. */

import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Estimate } from '../../core/document/document.ts';
import { describeOverlap, describeTestRows } from '../../core/metrics/test-window.ts';
import { nameOfFeature } from '../../pipeline/models/model-diff.ts';
import type { ModelDetail, ModelPage, ModelScore } from '../../pipeline/models/model-history.ts';
import {
  formatCount,
  formatEstimate,
  formatInterval,
  formatNumber,
  formatScore,
} from '../../report/text/format.ts';
import { renderTable } from '../../report/text/render-table.ts';
import type { Selection } from '../../steps/train/train-options.ts';
import { leftOutLines } from '../left-out-text.ts';
import type { Terminal } from '../terminal.ts';
import { timeText } from '../time-text.ts';
import { type CommandMaker, createVerb, type Finish, type SharedOptions, withApp } from '../verb.ts';
import { wholeNumber } from '../whole-number.ts';
import { diffCommand } from './models-diff.ts';
import { historyCommand } from './models-history.ts';
import { noteCommand, notesCommand } from './models-notes.ts';
import { promoteCommand, rollbackCommand } from './models-promote.ts';
import { pruneCommand } from './models-prune.ts';

const LIST_HELP = `
Lists the models that were trained, newest first: version, time, learner, training rows, F1 on the test data with its
95 % interval, and what they go by: the champion is live, the challenger scores beside it, a rollback brings the
previous one back. Every command that takes a model takes these names and the beginning of a version.

Examples:
  tidewatch models list
  tidewatch models list --limit 100 --json | jq '.models[] | [.version, .f1]'
`;

const SHOW_HELP = `
Shows the birth certificate of a model in words: what it was trained on, which candidates there were and why this one
was chosen, its calibration, where it draws the line and why, what it reads, how good it is on the test data, and when
it went live; of the challenger also how its comparison with the live model stands. Without a version: the live
model, or the newest where none is live.

--png writes reliability.png (is a risk of 30 % one of 30 %?) and gain.png (how many leavers does calling the riskiest
reach?) of its newest test score into a folder.

Examples:
  tidewatch models show
  tidewatch models show challenger
  tidewatch models show 3f2a9c01b7de --png charts
`;

interface ListOptions extends SharedOptions {
  readonly limit: number;
  readonly before?: string;
}

interface ShowOptions extends SharedOptions {
  readonly png?: string;
}

export const modelsCommand: CommandMaker = (terminal, finish) =>
  new Command('models')
    .summary('which models there are, how good, and why')
    .description('which models there are, how good, and why')
    .addCommand(listCommand(terminal, finish))
    .addCommand(showCommand(terminal, finish))
    .addCommand(diffCommand(terminal, finish))
    .addCommand(promoteCommand(terminal, finish))
    .addCommand(rollbackCommand(terminal, finish))
    .addCommand(historyCommand(terminal, finish))
    .addCommand(noteCommand(terminal, finish))
    .addCommand(notesCommand(terminal, finish))
    .addCommand(pruneCommand(terminal, finish));

function listCommand(terminal: Terminal, finish: Finish): Command {
  return createVerb({ name: 'list', summary: 'the models that were trained, newest first', help: LIST_HELP })
    .option('--limit <n>', 'models to list', wholeNumber, 20)
    .option('--before <cursor>', 'only older ones: the "next" of the list before')
    .action(async (options: ListOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const { limit, before } = options;
        const page = await app.listModels(before === undefined ? { limit } : { limit, before });
        return { value: page, text: renderModels(page, terminal) };
      });
      finish(options, answer);
    });
}

function showCommand(terminal: Terminal, finish: Finish): Command {
  return createVerb({ name: 'show', summary: 'all about one model, in words', help: SHOW_HELP })
    .argument(
      '[version]',
      'the model: a version, the beginning of one, champion, challenger or previous (default: the live one)',
    )
    .option('--png <dir>', 'write reliability.png and gain.png of its test score into this folder')
    .action(async (version: string | undefined, options: ShowOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const model = await app.showModel(version ?? null);
        const files =
          options.png === undefined ? [] : await app.drawModel(model.version, resolve(options.png));
        const drawn = files.map((path) => `wrote ${path}`);
        const value = options.png === undefined ? model : { ...model, files };
        return { value, text: [renderModel(model, terminal), ...drawn].join('\n') };
      });
      finish(options, answer);
    });
}

function renderModels({ models, next }: ModelPage, terminal: Terminal): string {
  if (models.length === 0) return 'No model has been trained yet. "tidewatch run" trains one.';
  const table = renderTable(
    [
      { header: 'version' },
      { header: 'trained' },
      { header: 'learner' },
      { header: 'rows', align: 'right' },
      { header: 'F1 on the test data' },
      { header: '' },
    ],
    models.map(({ version, createdAt, learner, rows, f1, f1Estimate, aliases }) => [
      version,
      timeText(createdAt),
      learner,
      formatCount(rows),
      f1Estimate === null ? (f1 === null ? 'not scored' : formatScore(f1)) : formatInterval(f1Estimate),
      aliases.map((name) => (name === 'champion' ? 'champion (live)' : name)).join(', '),
    ]),
    terminal,
  );
  return next === null ? table : `${table}\n\nOlder ones: tidewatch models list --before ${next}`;
}

function renderModel(model: ModelDetail, terminal: Terminal): string {
  const sections = [
    `Model ${model.version}: ${learnerText(model)}${model.live ? ', live' : ', not live'}`,
    trainingText(model),
    selectionText(model, terminal),
    `Calibration: ${model.calibrationKind}. ${model.certificate.calibration ?? ''}`.trimEnd(),
    `Line: a client with a risk above ${formatNumber(model.threshold, 4)} counts as leaving. ${model.certificate.threshold?.reason ?? ''}`.trimEnd(),
    featuresText(model, terminal),
    scoresText(model, terminal),
    challengeText(model),
    deploymentsText(model, terminal),
    notesText(model, terminal),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function learnerText({ learner, members, size, features }: ModelDetail): string {
  const parts = members?.map(({ name, weight }) => `${name} (${formatNumber(100 * weight, 0)} %)`) ?? [];
  const name = `${learner.replaceAll('-', ' ')}${parts.length === 0 ? '' : ` of ${parts.join(', ')}`}`;
  if (features.length === 0) return 'the base rate, the same risk for every client';
  if (size === null) return `${name} on ${formatCount(features.length)} features`;
  return `${name}, ${formatCount(size.trees)} trees with ${formatCount(size.leaves)} leaves on ${formatCount(features.length)} features`;
}

function trainingText({ certificate }: ModelDetail): string {
  const { snapshot, files, trainedAt, version, seed, outcomes, heldOut } = certificate;
  const { unlabelled = 0, immature = 0, gone = 0 } = outcomes ?? {};
  const share = snapshot.rows === 0 ? Number.NaN : (100 * snapshot.positives) / snapshot.rows;
  return [
    `Trained ${timeText(trainedAt)} by Tidewatch ${version}, seed ${seed}.`,
    `Data: snapshot ${snapshot.id.slice(0, 12)}, ${formatCount(snapshot.rows)} rows of which ${formatCount(snapshot.positives)} left (${formatNumber(share, 1)} %), from ${files.join(', ')}.`,
    ...leftOutLines({ heldOut: heldOut?.rows ?? 0, unlabelled, immature, gone }),
  ].join('\n');
}

function selectionText({ certificate }: ModelDetail, terminal: Terminal): string {
  const selection = certificate.selection as Selection | null | undefined;
  if (selection === null || selection === undefined) {
    return 'Choice: the configuration names the learner, so there was nothing to choose.';
  }
  const { candidates, chosen, reason, folds, repeats, kind, rows, clients } = selection;
  const times = repeats === 1 ? 'once' : `${repeats} times`;
  const how =
    kind === 'time-forward' ? 'each tested on what came after what it learnt from' : `cut anew ${times}`;
  const table = renderTable(
    [
      { header: 'candidate' },
      { header: 'log loss, out of fold' },
      { header: 'behind the best' },
      { header: '' },
    ],
    candidates.map(({ name, logLoss, behind, standardError, outOfFold }) => [
      name,
      outOfFold.logLoss === null ? formatNumber(logLoss, 5) : formatInterval(outOfFold.logLoss),
      behind === 0
        ? 'the best'
        : `${formatNumber(behind, 5)} (standard error ${formatNumber(standardError, 5)})`,
      name === chosen ? 'chosen' : '',
    ]),
    terminal,
  );
  const of = clients === undefined ? '' : ` of ${formatCount(clients)} clients`;
  const by = clients === undefined ? '' : ' by client';
  return `Choice: ${candidates.length} candidates, cross-validated on ${formatCount(rows)} rows${of} in ${folds} folds${by}, ${how}; lower is better.\n${table}\n${reason}`;
}

function featuresText({ features, coefficients, inputs }: ModelDetail, terminal: Terminal): string {
  const columns = `Reads ${inputs.map(({ name, kind }) => (kind === 'numeric' ? name : `${name} (${kind})`)).join(', ')}.`;
  if (coefficients === null) return columns;
  const table = renderTable(
    [{ header: 'feature' }, { header: 'coefficient', align: 'right' }],
    features.map((feature, index) => [nameOfFeature(feature), formatNumber(coefficients[index])]),
    terminal,
  );
  return `${columns}\n${table}`;
}

const METRICS = {
  f1: 'F1',
  precision: 'precision',
  recall: 'recall',
  rocAuc: 'ROC AUC',
  averagePrecision: 'average precision',
  logLoss: 'log loss',
  brier: 'Brier score',
  calibrationError: 'calibration error',
} as const;

/** The newest test score in full, older ones and those on new data by F1. */
function scoresText({ scores }: ModelDetail, terminal: Terminal): string {
  const newest = scores.find(({ dataset }) => dataset === 'test');
  const rest = scores.filter((score) => score !== newest);
  const full = newest === undefined ? 'Not scored on the test data yet.' : metricsText(newest, terminal);
  if (rest.length === 0) return full;
  const table = renderTable(
    [
      { header: 'when' },
      { header: 'on' },
      { header: 'rows', align: 'right' },
      { header: 'F1', align: 'right' },
    ],
    rest
      .slice(0, 10)
      .map(({ createdAt, dataset, rows, f1 }) => [
        timeText(createdAt),
        dataset === 'test' ? 'test data' : 'new data',
        formatCount(rows),
        formatScore(f1),
      ]),
    terminal,
  );
  return `${full}\n\nOther scores, the newest ${Math.min(10, rest.length)} of ${rest.length}\n${table}`;
}

function metricsText({ createdAt, rows, metrics }: ModelScore, terminal: Terminal): string {
  const estimates: Readonly<Record<string, Estimate | null>> = metrics.metrics;
  const { undefinedBecause: why, window } = metrics;
  const table = renderTable(
    [{ header: 'score' }, { header: 'value' }],
    Object.entries(METRICS).map(([name, text]) => {
      const estimate = estimates[name];
      return [
        text,
        estimate === null || estimate === undefined ? (why[name] ?? '') : formatEstimate(estimate),
      ];
    }),
    terminal,
  );
  const overlap = describeOverlap(window);
  const note = overlap === null ? '' : `\nNote: ${overlap}`;
  return `On ${describeTestRows(rows, window)}, ${timeText(createdAt)}\n${table}${note}`;
}

/** Rows, evidence and what is missing, of the challenger. */
function challengeText({ challenge }: ModelDetail): string {
  if (challenge === null) return '';
  const { champion, openedAt, rows, reading } = challenge;
  const { advantage, low, high } = reading[reading.decides];
  const lead =
    advantage === null
      ? 'No new labelled row has come in yet.'
      : `Its advantage a row is ${formatNumber(advantage, 4)} (from ${formatNumber(low, 4)} to ${formatNumber(high, 4)}, whenever it is looked at).`;
  return (
    `Challenges ${champion} since ${timeText(openedAt)}, compared on ${formatCount(rows)} new labelled rows.\n` +
    `${reading.reason}\n${lead}`
  );
}

function deploymentsText({ deployments }: ModelDetail, terminal: Terminal): string {
  if (deployments.length === 0) return 'Never deployed.';
  const table = renderTable(
    [{ header: 'deployed' }, { header: 'by' }, { header: 'F1', align: 'right' }, { header: 'why' }],
    deployments.map(({ deployedAt, verb, f1, reason }) => [
      timeText(deployedAt),
      verb,
      formatScore(f1),
      reason,
    ]),
    terminal,
  );
  return `Deployments\n${table}`;
}

function notesText({ notes }: ModelDetail, terminal: Terminal): string {
  if (notes.length === 0) return '';
  const table = renderTable(
    [{ header: 'when' }, { header: 'who' }, { header: 'note' }],
    notes.map(({ createdAt, author, text }) => [timeText(createdAt), author, text]),
    terminal,
  );
  return `Notes\n${table}`;
}
