import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { adjustFalseDiscovery } from './false-discovery.ts';
import { chiSquareOf, jensenShannonOf, psiOf, referenceRowsForPsi, rowsForPsi } from './share-distances.ts';

interface GoldenCells {
  reference: number[];
  current: number[];
  psi: number;
  psi_p: number;
  psi_limit: number;
  chi2: number;
  chi2_p: number;
  jensen_shannon: number;
}
const golden: { cells: GoldenCells[]; false_discovery: { p: number[]; adjusted: number[] } } = JSON.parse(
  readFileSync('test/golden/drift.json', 'utf8'),
);

describe('distances of shares', () => {
  it.each(golden.cells)('are those of SciPy and NumPy for $current against $reference', (wanted) => {
    const psi = psiOf(wanted, 0.01);
    expect(psi?.value).toBeCloseTo(wanted.psi, 12);
    expect(psi?.limit).toBeCloseTo(wanted.psi_limit, 12);
    expect(psi?.p).toBeCloseTo(wanted.psi_p, 10);
    const chiSquare = chiSquareOf(wanted);
    expect(chiSquare?.value).toBeCloseTo(wanted.chi2, 8);
    expect(chiSquare?.p).toBeCloseTo(wanted.chi2_p, 10);
    expect(jensenShannonOf(wanted)).toBeCloseTo(wanted.jensen_shannon, 7);
  });

  it('take the bias (1/n + 1/m)(B - 1) off the PSI', () => {
    const psi = psiOf({ reference: [600, 300, 100], current: [30, 50, 20] }, 0.01);
    expect(psi?.corrected).toBeCloseTo((psi?.value ?? 0) - 2 * (1 / 1000 + 1 / 100), 12);
  });

  it('ask for the rows at which chance alone stays below the size', () => {
    const rows = rowsForPsi(10_000, 10, 0.01, 0.1) ?? 0;
    const limitAt = (m: number) =>
      psiOf({ reference: new Array(10).fill(1000), current: new Array(10).fill(m / 10) }, 0.01)?.limit ?? 0;
    expect(limitAt(rows)).toBeLessThanOrEqual(0.1);
    expect(limitAt(rows - 1)).toBeGreaterThan(0.1);
  });

  it('know when no window is large enough for so few reference rows', () => {
    const least = referenceRowsForPsi(10, 0.01, 0.1);
    expect(rowsForPsi(least, 10, 0.01, 0.1)).toBeGreaterThan(0);
    expect(rowsForPsi(least - 1, 10, 0.01, 0.1)).toBeNull();
    expect(rowsForPsi(0, 10, 0.01, 0.1)).toBeNull();
  });
});

describe('adjustFalseDiscovery', () => {
  it('gives the p-values of SciPy', () => {
    const { p, adjusted } = golden.false_discovery;
    adjustFalseDiscovery(p).forEach((value, k) => {
      expect(value).toBeCloseTo(adjusted[k] as number, 12);
    });
  });
});
