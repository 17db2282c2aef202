/** The watch bound to a workspace: the live model on the rows just compiled, and the challenger beside it. */

import type { Config } from '../../config/schema.ts';
import type { ModelDocument } from '../../core/document/document.ts';
import type { Campaign } from '../../core/metrics/campaign.ts';
import type { AlarmBudget } from '../../core/monitor/performance/risk-sentence.ts';
import { readFoldModels } from '../../engine/kept/fold-models.ts';
import { readReferenceSample } from '../../engine/kept/reference-file.ts';
import type { Snapshot } from '../../engine/port.ts';
import { withTestRows } from '../../engine/rows/test-rows.ts';
import { momentSums } from '../../engine/statistics/moment-sums.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import type { LiveModel } from '../../steps/deploy.ts';
import { type Watched, watch } from '../../steps/watch/watch.ts';
import { type Current, currentOf } from '../current.ts';
import { liveSince } from '../models/deployment-history.ts';
import { scoreHeldOutRisks } from '../models/held-out-risks.ts';
import type { Resources, WithData } from '../resources.ts';
import type { Session } from '../run/session.ts';
import { campaignOf, outcomeRuleOf } from '../settings.ts';
import { readTestData, trainingSnapshot } from '../workspace-state.ts';

export async function watchStep(
  resources: WithData,
  session: Session,
  live: LiveModel,
  challenger: ModelDocument | null,
  snapshot: Snapshot,
  /** The file that its new rows came in; null: more than one, or none that is new. */
  newFile: string | null,
): Promise<Watched> {
  const { workspace, contract, clock, keptRows } = resources;
  const current = currentOf(live, snapshot);
  const { config, paths } = workspace;
  const campaign = campaignOf(config);
  return session.step(
    'watch',
    async () => {
      const reading = readReferenceSample(paths.output, live.model.version);
      const store = await resources.store();
      return watch(
        { engine: await resources.engine(), store, keptRows, clock },
        {
          runId: session.runId,
          rule: config.drift.rule,
          model: live.model,
          challenger,
          folds: readFoldModels(paths.output, live.model.version),
          challengerFolds: challenger === null ? null : readFoldModels(paths.output, challenger.version),
          deployedScore: live.f1,
          snapshot,
          training: await trainingSnapshot(resources, live.model),
          reference: reading.kind === 'found' ? reading.sample : { absent: reading.reason },
          contract,
          campaign,
          mostValue: campaign === null ? 0 : await mostValue(resources, campaign, current),
          alpha: config.drift.alpha,
          tolerance: config.drift.tolerance,
          budget: alarmBudgetOf(config),
          deployment: await liveSince(store, live.deployed.manifest),
          heldOutRisks: () => scoreHeldOutRisks(resources, live.model, current),
          psi: config.drift.psi,
          newFile,
          yearsPerFalseAlarm: config.drift.years_per_false_alarm,
          outcomes: outcomeRuleOf(config),
          seed: config.seed,
        },
      );
    },
    ({ check }) => check.reason,
  );
}

/** How rare false alarms are, by the configuration. */
function alarmBudgetOf({ drift }: Config): AlarmBudget {
  const { years_per_false_alarm: years, rows_per_false_alarm: rows } = drift;
  return rows === null ? { unit: 'years', years } : { unit: 'rows', rows };
}

/** Whether outcomes that the last look found too young are final by now. */
export async function outcomesAreDue(
  { store, clock }: Pick<Resources, 'clock' | 'store'>,
  { model }: LiveModel,
): Promise<boolean> {
  const waiting = await (await store()).monitorState(model.version, 'waiting');
  const until = waiting?.state.until ?? null;
  return until !== null && Date.parse(until) <= clock.now().getTime();
}

/** The highest value of a client of the test data, so that the bound of the profit is within the range. */
async function mostValue(resources: WithData, { clientValue }: Campaign, current: Current): Promise<number> {
  const name = columnOf(resources.contract, 'value');
  if (name === null) return clientValue;
  return withTestRows(await resources.engine(), await readTestData(resources, current), async (test) => {
    const [{ max }] = await test.aggregate([momentSums(name)]);
    return Math.max(clientValue, max);
  });
}
