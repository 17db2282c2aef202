/** `tidewatch models diff`: what is different between two models. */
import type { Command } from 'commander';
import { comparisonText } from '../../pipeline/models/gate.ts';
import type { Change, ModelDiff, SetChange, TrainingFacts } from '../../pipeline/models/model-diff.ts';
import { ABSENT, formatCount, formatNumber } from '../../report/text/format.ts';
import { renderTable } from '../../report/text/render-table.ts';
import type { Terminal } from '../terminal.ts';
import { timeText } from '../time-text.ts';
import { createVerb, type Finish, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Tells what is different between two models: learner, what they read, coefficients or size, calibration, the line above
which a client counts as leaving, the data that they were trained on, and how both score on the test data of today, with
the interval of the difference. Models may be named by their version, the beginning of it, or as champion, challenger or
previous. Without names: from the model that was live before to the one that is.

Examples:
  tidewatch models diff
  tidewatch models diff champion challenger
  tidewatch models diff 3f2a9c 77b01d --json | jq .test.f1
`;

export function diffCommand(terminal: Terminal, finish: Finish): Command {
  return createVerb({ name: 'diff', summary: 'what is different between two models', help: HELP })
    .argument('[from]', 'the one model', 'previous')
    .argument('[to]', 'the other model', 'champion')
    .action(async (from: string, to: string, options: SharedOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const diff = await app.diffModels(from, to);
        return { value: diff, text: renderDiff(diff, terminal) };
      });
      finish(options, answer);
    });
}

function renderDiff(diff: ModelDiff, terminal: Terminal): string {
  const sections = [
    factsTable(diff, terminal),
    setText('Inputs', diff.inputs),
    setText('Features', diff.features),
    setText('Training files', diff.files),
    optionsText(diff, terminal),
    coefficientsText(diff, terminal),
    testText(diff),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function factsTable(diff: ModelDiff, terminal: Terminal): string {
  const { learner, target, size, calibration, threshold, training } = diff;
  const facts: (readonly [string, Change<string>])[] = [
    ['learner', words(learner, (kind) => kind.replaceAll('-', ' '))],
    ['target', target],
    [
      'size',
      words(size, (trees) => (trees === null ? ABSENT : `${trees.trees} trees, ${trees.leaves} leaves`)),
    ],
    ['calibration', calibration],
    ['line', words(threshold, ({ value }) => formatNumber(value, 4))],
    ['why this line', words(threshold, ({ reason }) => reason ?? ABSENT)],
    ['trained', words(training, ({ trainedAt }) => timeText(trainedAt))],
    ['by version', words(training, ({ version }) => version)],
    ['seed', words(training, ({ seed }) => String(seed))],
    ['snapshot', words(training, ({ snapshot }) => snapshot.slice(0, 12))],
    ['training rows', words(training, ({ rows }) => formatCount(rows))],
    ['of which left', words(training, leaversText)],
  ];
  return renderTable(
    [{ header: '' }, { header: diff.from }, { header: diff.to }, { header: '' }],
    facts.map(([name, { from, to }]) => [name, from, to, from === to ? '' : 'differs']),
    terminal,
  );
}

function words<T>({ from, to }: Change<T>, tell: (value: T) => string): Change<string> {
  return { from: tell(from), to: tell(to) };
}

function leaversText({ rows, positives }: TrainingFacts): string {
  const share = rows === 0 ? Number.NaN : (100 * positives) / rows;
  return `${formatCount(positives)} (${formatNumber(share, 1)} %)`;
}

function setText(name: string, { added, removed }: SetChange): string {
  if (added.length + removed.length === 0) return '';
  const part = (word: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${word} ${names.join(', ')}`];
  return `${name}: ${[...part('added', added), ...part('removed', removed)].join('; ')}.`;
}

function optionsText({ options }: ModelDiff, terminal: Terminal): string {
  if (options.length === 0) return '';
  const rows = options.map(({ name, from, to }) => [name, JSON.stringify(from), JSON.stringify(to)]);
  return renderTable([{ header: 'option' }, { header: 'from' }, { header: 'to' }], rows, terminal);
}

function coefficientsText({ coefficients }: ModelDiff, terminal: Terminal): string {
  if (coefficients.length === 0) return '';
  return renderTable(
    [
      { header: 'coefficient' },
      { header: 'from', align: 'right' },
      { header: 'to', align: 'right' },
      { header: 'change', align: 'right' },
    ],
    coefficients.map(({ feature, from, to }) => [
      feature,
      formatNumber(from),
      formatNumber(to),
      formatNumber(from === null || to === null ? null : to - from),
    ]),
    terminal,
  );
}

function testText({ test, notCompared }: ModelDiff): string {
  if (test === null) return `Not compared on the test data of today: ${notCompared}`;
  const { championAlone, challengerAlone } = test.mcnemar;
  return (
    `On the test data of today, the second against the first: ${comparisonText(test)} Of the rows that they decide ` +
    `differently the second is right on ${formatCount(challengerAlone)}, the first on ${formatCount(championAlone)}.`
  );
}
