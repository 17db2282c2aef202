/** The gate bound to a workspace: its verdict on a challenger, and the record of it. */
import type { ModelDocument } from '../../core/document/document.ts';
import type { LiveModel, ScoredModel } from '../../steps/deploy.ts';
import type { JudgedChange, TestComparison } from '../../store/port/checks.ts';
import type { Current } from '../current.ts';
import { compareOnTest } from '../models/compare-models.ts';
import { type GateVerdict, judgeChallenger } from '../models/gate.ts';
import type { Resources, WithData } from '../resources.ts';
import type { Session } from '../run/session.ts';

/** The gate: the challenger against the live model, on the same test rows. */
export async function judgeStep(
  resources: WithData,
  session: Session,
  challenger: ScoredModel & { readonly rows: number },
  current: Current,
  isDated: boolean,
): Promise<{ readonly champion: number | null; readonly verdict: GateVerdict }> {
  const rule = resources.workspace.config.gate;
  return session.step(
    'gate',
    async () => {
      const { live } = current;
      const { model, f1, rows } = challenger;
      const comparison = live === null ? null : await compareOnTest(resources, live.model, model, current);
      // F1 counts as 0 where it is 0/0, as in latestscore.txt.
      const champion = comparison === null ? null : (comparison.f1?.champion ?? 0);
      const verdict = judgeChallenger(rule, {
        champion: live === null || champion === null ? null : { version: live.model.version, f1: champion },
        challenger: { version: model.version, f1 },
        comparison,
        isDated,
      });
      await recordGate(resources, session, { live, trained: model, verdict, comparison, rows, f1 });
      return { champion, verdict };
    },
    ({ verdict }) => verdict.reason,
  );
}

/** Keeps what a gate said of a model, with the change that the model was made after. */
export async function recordGate(
  resources: Pick<Resources, 'clock' | 'store'>,
  { runId }: Session,
  judged: {
    readonly live: LiveModel | null;
    readonly trained: ModelDocument;
    readonly verdict: GateVerdict;
    readonly comparison: TestComparison | null;
    readonly rows: number;
    readonly f1: number;
  },
): Promise<void> {
  const { live, trained, verdict, comparison, rows, f1 } = judged;
  const { change } = trained.certificate;
  const known: JudgedChange | null = change === undefined ? null : { at: change.at, rows: change.rows };
  await (await resources.store()).recordCheck({
    runId,
    modelVersion: trained.version,
    createdAt: resources.clock.now().toISOString(),
    kind: 'gate',
    rule: verdict.rule,
    outcome: verdict.accepted,
    rows,
    observed: f1,
    expected: comparison === null ? null : (comparison.f1?.champion ?? 0),
    reason: verdict.reason,
    details: { champion: live?.model.version ?? null, shadow: verdict.shadow, comparison, change: known },
  });
}
