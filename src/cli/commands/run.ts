/** `tidewatch run`: the whole process. */

import { eventNotes, sayEvents } from '../../pipeline/bound/event-notes.ts';
import type { RunSummary } from '../../pipeline/run/run-summary.ts';
import { formatCount, formatScore } from '../../report/text/format.ts';
import { renderMatched } from '../matched-text.ts';
import { exitOf, renderSourceNotes } from '../source-text.ts';
import { exitOfStanding, renderStates } from '../standing-text.ts';
import { renderSteps } from '../step-table.ts';
import { type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
The main job. It looks for new data; ingests it; scores the deployed model on rows that it was not trained on;
retrains, scores and deploys if that score has drifted; then writes diagnostics, the report and the answers of
the API. It is safe to run it at any time and as often as you like: one run at a time per workspace, and a run
that is killed leaves the deployed files whole.

The first line says what came of it and how things stand, from one table of states (docs/states.md); then what is to be
done. It exits with 9 where somebody must act, with 6 where a database that rows come from failed and the run went on
without it, else with 0.

Results:
  no-new-data          nothing arrived since the last run
  no-drift             new data is in, and the rule of drift.rule found no drift
  redeployed           the model had drifted; a new one is live, or the same one recalibrated where only the rate of
                       leaving has changed
  challenger-refused   a retrained model was not good enough to take its place; after that the next one is trained
                       when there is a quarter more to learn from, and the run says how much is there
  challenger-shadowing a retrained model scores beside the deployed one on new labelled rows until a test decides
                       ("gate": "sequential"); "tidewatch models show challenger" tells how it stands
  input-broken         the model had drifted, and the new rows have a broken input: nothing is trained on them
  first-deployment     there was no deployed model

Examples:
  tidewatch run                          in the workspace
  tidewatch run -w /srv/attrition --json for a script
`;

export const runCommand: CommandMaker = (terminal, finish) =>
  createVerb({
    name: 'run',
    summary: 'do the whole process: ingest, check, retrain, deploy, report',
    help: HELP,
  }).action(async (options: SharedOptions) => {
    const answer = await withApp(terminal, options, async (app) => {
      const summary = await app.run('command');
      return {
        value: summary,
        text: renderRun(summary, terminal),
        exit: exitOf(summary.sources) || exitOfStanding(summary),
      };
    });
    finish(options, answer);
  });

/** What the run did. How things stand after it, the states say. */
const DONE: Readonly<Record<RunSummary['result'], string>> = {
  'no-new-data': 'No new data has come since the last run.',
  'no-drift': 'The deployed model was checked, and stays.',
  redeployed: 'Another model is live: retrained, or recalibrated where that was enough.',
  'challenger-refused': 'The deployed model stays: a retrained one was not good enough to take its place.',
  'challenger-shadowing':
    'The deployed model stays for now. A retrained one scores beside it until a test decides.',
  'input-broken': 'The deployed model stays: nothing is trained while an input is broken.',
  'first-deployment': 'A first model is live.',
};

/** The run for people: what came of it and how things stand, what is to be done, its numbers, its steps. */
export function renderRun(summary: RunSummary, terminal: Parameters<CommandMaker>[0]): string {
  const lines = [
    `${summary.result}: ${summary.headline}`,
    '',
    ...renderStates(summary),
    `run       ${DONE[summary.result]}`,
  ];
  if (summary.rows !== null) {
    const { read, kept, duplicates, quarantined } = summary.rows;
    lines.push(
      `rows      ${formatCount(read)} read = ${formatCount(kept)} kept + ${formatCount(duplicates)} duplicates ` +
        `+ ${formatCount(quarantined)} quarantined`,
    );
    if (summary.unlabelled !== null && summary.unlabelled > 0) {
      lines.push(`          ${formatCount(summary.unlabelled)} of those kept wait for their outcome`);
    }
  }
  if (summary.events !== null) {
    lines.push(`events    ${sayEvents(summary.events)}`);
    const { met } = summary.events;
    lines.push(...(met === null ? [] : eventNotes(met)).map((note) => `          ${note}`));
  }
  lines.push(...renderSourceNotes(summary.sources));
  const ofEvents = (summary.events?.files ?? []).map((file) => ({ ...file, name: `events/${file.name}` }));
  for (const { name, status, reason, matched } of [...summary.files, ...ofEvents]) {
    if (status !== 'accepted') lines.push(`${status.padEnd(10)}${name}: ${reason}`);
    else if (matched.length > 0) lines.push(`columns   ${name}: ${renderMatched(matched)}`);
  }
  if (summary.check !== null) lines.push(`drift     ${summary.check.reason}`);
  if (summary.challenge !== null) lines.push(`challenge ${summary.challenge.reason}`);
  if (summary.waits !== null) lines.push(`waits     ${summary.waits}`);
  if (summary.gate !== null) lines.push(`gate      ${summary.gate.reason}`);
  if (summary.model !== null) {
    lines.push(
      `model     ${summary.model.version} (${summary.model.learner}), F1 ${formatScore(summary.score.deployed)}`,
    );
  }
  lines.push('', renderSteps(summary.steps, terminal));
  return lines.join('\n');
}
