import { describe, expect, it } from 'vitest';
import type { LiveModel } from '../../steps/deploy.ts';
import type { CheckKind, CheckOutline, CheckRecord, GateDetails } from '../../store/port/checks.ts';
import type { Listed } from '../../store/port/paging.ts';
import { waitAfterRefusal } from './retrain-wait.ts';

const live = { model: { version: 'live' } } as LiveModel;

type Check = Pick<CheckRecord, 'kind' | 'outcome' | 'runId' | 'rows' | 'modelVersion'> & {
  details?: GateDetails;
};

/** Checks, the newest first; their times say nothing, as clocks may disagree. */
function storeWith(checks: readonly Check[]) {
  const of = (kind: string | undefined) => checks.filter((check) => check.kind === kind);
  return {
    checks: async ({ kind }: { readonly kind?: CheckOutline['kind'] }) =>
      of(kind) as unknown as readonly Listed<CheckOutline>[],
    latestCheck: async <K extends CheckKind>(kind: K) => of(kind)[0] as unknown as CheckRecord<K>,
  };
}

const drift = (runId: string, rows: number, modelVersion = 'live'): Check => ({
  kind: 'drift',
  outcome: true,
  runId,
  rows,
  modelVersion,
});
const gate = (runId: string, change: GateDetails['change'] = null, outcome = false): Check => ({
  kind: 'gate',
  outcome,
  runId,
  rows: 80,
  modelVersion: 'retrained',
  details: { champion: 'live', shadow: false, comparison: null, change },
});

describe('after a refusal', () => {
  it('waits until there is a quarter more to learn from, and says so', async () => {
    const store = storeWith([gate('r2'), drift('r2', 400)]);
    expect(await waitAfterRefusal(store, live, { rows: 450 }, null)).toBe(
      'A model retrained on 400 new outcomes was refused. The next one is trained when there are 500; there are 450 now.',
    );
    expect(await waitAfterRefusal(store, live, { rows: 500 }, null)).toBeNull();
  });

  it('counts the rows since a change, however many the live model did not know before', async () => {
    const change = { at: '2026-05-12T06:00:00.000Z', rows: 160 };
    const store = storeWith([drift('r3', 10_200), gate('r2', change), drift('r2', 10_000)]);
    expect(await waitAfterRefusal(store, live, { rows: 10_200 }, 180)).toBe(
      'A model retrained on 160 outcomes since 2026-05-12 was refused. The next one is trained when there are 200; there are 180 now.',
    );
    expect(await waitAfterRefusal(store, live, { rows: 10_200 }, 360)).toBeNull();
    expect(await waitAfterRefusal(store, live, { rows: 10_200 }, null)).not.toBeNull();
  });

  it('does not wait where the newest was accepted, or another model was live when it was refused', async () => {
    const accepted = storeWith([gate('r2', null, true), drift('r2', 400)]);
    expect(await waitAfterRefusal(accepted, live, { rows: 10 }, null)).toBeNull();
    const others = storeWith([drift('r3', 10), gate('r2'), drift('r2', 400, 'other')]);
    expect(await waitAfterRefusal(others, live, { rows: 10 }, null)).toBeNull();
    const before = storeWith([drift('r4', 10), drift('r3', 50, 'other'), gate('r2'), drift('r2', 400)]);
    expect(await waitAfterRefusal(before, live, { rows: 10 }, null)).toBeNull();
  });
});
