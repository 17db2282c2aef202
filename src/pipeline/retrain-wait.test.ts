import { describe, expect, it } from 'vitest';
import type { CheckOutline, Listed } from '../store/port.ts';
import type { LiveModel } from './live-model.ts';
import { waitAfterRefusal } from './retrain-wait.ts';

const live = { deployed: { manifest: { deployedAt: '2026-03-01T00:00:00.000Z' } } } as LiveModel;

function storeWith(
  checks: readonly Pick<CheckOutline, 'kind' | 'outcome' | 'createdAt' | 'runId' | 'rows'>[],
) {
  return {
    checks: async ({ kind }: { readonly kind?: CheckOutline['kind'] }) =>
      checks.filter((check) => check.kind === kind) as unknown as readonly Listed<CheckOutline>[],
  };
}

const refusal = [
  { kind: 'gate', outcome: false, createdAt: '2026-03-08T00:00:00.000Z', runId: 'r2', rows: 80 },
  { kind: 'drift', outcome: true, createdAt: '2026-03-08T00:00:00.000Z', runId: 'r2', rows: 400 },
] as const;

describe('after a refusal', () => {
  it('waits until there is a quarter more to learn from, and says so', async () => {
    expect(await waitAfterRefusal(storeWith(refusal), live, { rows: 450 })).toBe(
      'A model retrained on 400 new outcomes was refused. The next one is trained when there are 500; there are 450 now.',
    );
    expect(await waitAfterRefusal(storeWith(refusal), live, { rows: 500 })).toBeNull();
  });

  it('does not wait where none was refused, or the refusal was of an earlier live model', async () => {
    expect(await waitAfterRefusal(storeWith([]), live, { rows: 10 })).toBeNull();
    const accepted = refusal.map((check) => ({ ...check, outcome: true }));
    expect(await waitAfterRefusal(storeWith(accepted), live, { rows: 10 })).toBeNull();
    const earlier = refusal.map((check) => ({ ...check, createdAt: '2026-02-01T00:00:00.000Z' }));
    expect(await waitAfterRefusal(storeWith(earlier), live, { rows: 10 })).toBeNull();
  });
});
