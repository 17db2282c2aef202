/** The summary in words: how things stand, what is live, how good it is, since when, what the last run did and why, what to do. */

import type { ModelDocument } from '../../core/document/document.ts';
import { learnerText } from '../../core/models/learners.ts';
import type { ReportValues } from '../report-values.ts';
import {
  ABSENT,
  formatCount,
  formatEstimate,
  formatIntervalOnly,
  formatPercent,
  formatScore,
} from '../text/format.ts';
import { adviceOf } from './advice.ts';
import { paragraph, sentence } from './blocks.ts';
import type { ReportClients } from './clients.ts';
import type { Block, Section } from './document.ts';
import { outcomeOf } from './outcome.ts';
import { modelWord, type ReportState, standingBlocks } from './standing.ts';
import { dayText, timeText } from './time-text.ts';

export function summarySection(
  values: ReportValues,
  model: ModelDocument,
  states: readonly ReportState[],
  clients: ReportClients | string,
): Section {
  const advice = adviceOf(values, clients);
  return {
    id: 'summary',
    heading: 'Summary',
    blocks: [
      ...standingBlocks(states),
      paragraph(`${liveText(values, model)} ${qualityText(values)}`),
      keyFigures(values, states, clients),
      paragraph(runText(values)),
      ...(advice.length === 0
        ? []
        : [{ kind: 'heading', text: 'Worth doing' } as const, { kind: 'list', items: advice } as const]),
    ],
  };
}

function keyFigures(
  values: ReportValues,
  states: readonly ReportState[],
  clients: ReportClients | string,
): Block {
  const { evaluation, deployment, drift, score } = values;
  const known = typeof clients !== 'string';
  const f1 = evaluation?.metrics.f1 ?? null;
  return {
    kind: 'facts',
    items: [
      {
        name: 'F1 on the test data',
        value: score === null ? 'not scored' : formatScore(score.f1),
        note: f1 === null ? '' : formatIntervalOnly(f1),
      },
      { name: 'Live since', value: dayText(deployment?.deployedAt), note: `model ${values.modelVersion}` },
      {
        name: 'Clients at risk',
        value: known ? formatCount(clients.all.flagged) : ABSENT,
        note: known ? clientsNote(clients.counts) : '',
      },
      {
        name: 'Still right?',
        value: modelWord(states),
        note: drift === null ? '' : driftNote(values, drift.check),
      },
    ],
  };
}

function clientsNote({ listed, left }: ReportClients['counts']): string {
  const gone = left === 0 ? '' : `; ${formatCount(left)} ${left === 1 ? 'has' : 'have'} left`;
  return `of ${formatCount(listed)} clients${gone}`;
}

function driftNote(
  { modelVersion }: ReportValues,
  check: NonNullable<ReportValues['drift']>['check'],
): string {
  const day = dayText(check.createdAt);
  return check.modelVersion === modelVersion ? day : `${day}, in model ${check.modelVersion} before it`;
}

function liveText({ deployment, modelVersion }: ReportValues, model: ModelDocument): string {
  const what = `model ${modelVersion} (${learnerText(model.learner)})`;
  if (deployment === null) return `No model is live. The newest trained one is ${what}.`;
  return `What is live: ${what}, since ${timeText(deployment.deployedAt)}.`;
}

function qualityText({ evaluation }: ReportValues): string {
  if (evaluation === null) return 'It has not been scored on the test data yet.';
  const { f1, precision, recall } = evaluation.metrics;
  if (f1 === null) {
    return `F1 is not defined on the ${formatCount(evaluation.rows)} test rows (${reason(evaluation.undefinedBecause['f1'])}).`;
  }
  const both =
    precision === null || recall === null
      ? ''
      : ` Of its warnings ${formatPercent(precision.value)} are right, and it warns of ${formatPercent(recall.value)} of ` +
        'those who leave.';
  return `F1 on the test data is ${formatEstimate(f1)}.${both}`;
}

function reason(text: string | undefined): string {
  return (text ?? 'not computed').replace(/\.$/, '').toLowerCase();
}

function runText(values: ReportValues): string {
  const { run, worked } = values;
  const { what, why } = outcomeOf(values);
  if (run === null || worked === null) return what;
  const because = why === null ? '' : ` Why: ${sentence(why)}`;
  if (run === worked) return `The last run began on ${timeText(run.startedAt)}. ${what}${because}`;
  return (
    `The last run, on ${timeText(run.startedAt)}, found no new data, so there was nothing to do. The one before it ` +
    `that had, began on ${timeText(worked.startedAt)}. ${what}${because}`
  );
}
