import { describe, expect, it } from 'vitest';
import { chooseFixedPoint, probabilityOf } from '../../core/learners/boosting/fixed-point.ts';
import { BOOSTING_DEFAULTS } from '../../core/learners/boosting/options.ts';
import { createReferenceRuntime } from '../../core/learners/boosting/reference.ts';
import { createBinnedTable } from '../../core/learners/boosting/table.ts';
import { gradientHistograms } from './gradient-histograms.ts';

describe('gradient histograms', () => {
  it('add up to the sums that a tree starts from', () => {
    const labels = Uint8Array.of(0, 1, 1, 0, 1, 0);
    const rows = labels.length;
    const scales = chooseFixedPoint(rows, 1);
    const bins = { kind: 'numeric', bins: 2, cuts: Float64Array.of(2.5) } as const;
    const numeric = (values: Iterable<number>) =>
      ({ kind: 'numeric', values: Float64Array.from(values) }) as const;
    const x = numeric([1, 2, 3, 4, Number.NaN, 2.5]);

    const runtime = createReferenceRuntime();
    const table = createBinnedTable([bins], rows, runtime);
    table.append([x]);
    const rules = { ...BOOSTING_DEFAULTS, ...scales };
    const request = { labels, weights: null, monotone: [0], rules, slots: 1, nodes: 1 };
    const kernels = runtime.open({ ...request, table: table.finish() });
    const sums = kernels.startTree(
      Uint32Array.from(labels, (_, row) => row),
      Uint8Array.of(1),
    );

    const features = [{ name: 'x', bins, levels: [] }];
    const columns = { label: 'left', score: 'risk', weight: null, features };
    const { init, add, answer } = gradientHistograms(columns, scales);
    const risks = numeric(new Float64Array(rows).fill(probabilityOf(0)));
    const [histogram] = answer(add(init(), [numeric(labels), risks, x], rows));
    const total = (values: Float64Array | undefined) => values?.reduce((sum, value) => sum + value, 0);
    expect(total(histogram?.gradient)).toBe(sums.gradient);
    expect(total(histogram?.hessian)).toBe(sums.hessian);
    expect([histogram?.rows[0], histogram?.rows[1], histogram?.rows[255]]).toEqual([3, 2, 1]);
  });
});
