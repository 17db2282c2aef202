/** Joint drift: can a classifier tell current rows from those of the reference? */
import type { ModelInput, SourceBatch } from '../../columns/source-column.ts';
import type { BoostedTreesParameters, Estimate } from '../../document/document.ts';
import type { BoostingColumn } from '../../learners/boosting/binner.ts';
import { fitBoostedTrees } from '../../learners/boosting/fit.ts';
import { createBoostingRuntime } from '../../learners/boosting/runtime.ts';
import { binColumns } from '../../learners/boosting/table.ts';
import { normalTail } from '../../math/normal-tail.ts';
import { DEFAULT_LEVEL, logitEstimate, wilsonEstimate } from '../../metrics/interval.ts';
import { type RankedScores, rankScores } from '../../metrics/ranked-scores.ts';
import { placements } from '../../metrics/ranking.ts';
import { dealClients, type Sides } from '../deal-clients.ts';
import { domainColumns } from './domain-columns.ts';
import { type ColumnPart, importanceOf } from './domain-importance.ts';

export interface DomainOptions {
  readonly seed: number;
  readonly alpha: number;
  /** As of `compareInputs`; the AUC needed is that of one normal column shifted by so much PSI. */
  readonly psi: number;
  /** Key of the client of each row of the reference and of the window, one row a client; absent: each is its own. */
  readonly clients?: Sides<BigUint64Array | null>;
}

export interface DomainDrift {
  readonly verdict: 'drift' | 'no-drift' | 'too-few-rows';
  /** Rows used on each side. */
  readonly rows: { readonly reference: number; readonly current: number };
  /** Chance that a current row looks more current than one of the reference: 0.5 where they are alike. null: not fitted. */
  readonly auc: Estimate | null;
  /** One-sided; uniform without a change. */
  readonly p: number | null;
  /** AUC from which an alarm is possible. */
  readonly aucNeeded: number;
  /** What tells them apart, most first; empty where the trees use no column. */
  readonly columns: readonly ColumnPart[];
  /** One sentence. */
  readonly reason: string;
}

/** The first block is only learned from. */
const BLOCKS = 5;
/** Fewest rows of a side: 20 a block. */
const MIN_ROWS = 100;
const TREES = Object.freeze({ trees: 30, leaves: 8, learningRate: 0.15, minRows: 20 });
/** Columns that a sentence names, and the share of what tells rows apart that the later ones need. */
const NAMED = 3;
const NAMED_SHARE = 0.1;

/**
 * Small boosted trees, fitted forward: rows are dealt at random into 5 blocks, a client of both sides into one, and each but the first is ranked by
 * trees grown on the blocks before it. So, unlike in cross-validation, where folds learn from each other and their
 * scores go up and down together, each block's AUC has mean 0.5 and the known variance of Mann and Whitney (1947) given
 * all that went before: their sum is a martingale, and its p-value is right without permutations. The interval is
 * DeLong's, block by block. The same rows and seed give the same bits.
 * @param reference rows of the training data (a sample of 10,000 will do), columns in the order of `inputs`.
 * @param current rows of the window, likewise.
 */
export function domainClassifier(
  inputs: readonly ModelInput[],
  reference: SourceBatch,
  current: SourceBatch,
  { seed, alpha, psi, clients = [null, null] }: DomainOptions,
): DomainDrift {
  const rows = { reference: reference.rows, current: current.rows };
  const aucNeeded = 1 - normalTail(Math.sqrt(psi / 2));
  if (inputs.length === 0 || Math.min(rows.reference, rows.current) < MIN_ROWS) {
    const reason =
      `${rows.reference} and ${rows.current} rows are too few to learn to tell them apart; ` +
      `${MIN_ROWS} of each would do.`;
    return { verdict: 'too-few-rows', rows, auc: null, p: null, aucNeeded, columns: [], reason };
  }
  const columns = domainColumns(inputs, reference, current);
  const blocks = dealBlocks(rows, clients, seed);
  const { held, last } = fitForward(columns, blocks, rows);
  const { auc, p } = summarise(held);
  const parts = importanceOf(last, columns, blocks[BLOCKS - 1] as Uint32Array, rows.reference, seed).map(
    ({ index, ...part }) => ({ name: inputs[index]?.name ?? '', ...part }),
  );
  const isDrift = p <= alpha && auc.value >= aucNeeded;
  return {
    verdict: isDrift ? 'drift' : 'no-drift',
    rows,
    auc,
    p,
    aucNeeded,
    columns: parts,
    reason: reasonOf(isDrift, auc, p, aucNeeded, parts),
  };
}

/** Rows of each block, ascending; each side is spread evenly over them, and a client of both is in one. */
function dealBlocks(
  rows: DomainDrift['rows'],
  clients: Sides<BigUint64Array | null>,
  seed: number,
): Uint32Array[] {
  const [reference, current] = dealClients([rows.reference, rows.current], clients, {
    parts: BLOCKS,
    seed,
    stream: 0,
  });
  const part = Uint8Array.from([...reference, ...current]);
  const all = Uint32Array.from(part, (_, row) => row);
  return Array.from({ length: BLOCKS }, (_, block) => all.filter((row) => part[row] === block));
}

/** Each block after the first ranked by trees grown on those before, and the last trees. */
function fitForward(
  columns: readonly BoostingColumn[],
  blocks: readonly Uint32Array[],
  rows: DomainDrift['rows'],
): { held: RankedScores[]; last: BoostedTreesParameters } {
  const runtime = createBoostingRuntime();
  const table = binColumns(columns, 255, runtime);
  const labels = new Uint8Array(rows.reference + rows.current).fill(1, rows.reference);
  const held: RankedScores[] = [];
  let last: BoostedTreesParameters = { kind: 'boosted-trees', base: 0, trees: [] };
  for (let k = 1; k < BLOCKS; k++) {
    const learned = Uint32Array.from(blocks.slice(0, k).flatMap((block) => [...block])).sort();
    const fit = fitBoostedTrees(table, labels, { ...TREES, rows: learned, margins: true }, runtime);
    const block = blocks[k] as Uint32Array;
    const margins = fit.margins as Float64Array;
    held.push(
      rankScores(
        Uint8Array.from(block, (row) => labels[row] as number),
        Float64Array.from(block, (row) => margins[row] as number),
      ),
    );
    last = fit.parameters;
  }
  return { held, last };
}

/** Mean AUC of the blocks with its interval, and the p-value of their sum. */
function summarise(held: readonly RankedScores[]): { auc: Estimate; p: number } {
  let [sum, spread, nullSpread, rows, trials] = [0, 0, 0, 0, 0];
  for (const ranked of held) {
    const { auc, variance } = placements(ranked);
    sum += auc;
    spread += variance;
    nullSpread += mannWhitneyVariance(ranked);
    rows += ranked.positives + ranked.negatives;
    trials += Math.min(ranked.positives, ranked.negatives);
  }
  const value = sum / held.length;
  const error = Math.sqrt(spread) / held.length;
  const p = nullSpread === 0 ? 1 : normalTail((sum - held.length / 2) / Math.sqrt(nullSpread));
  if (error > 0 && value > 0 && value < 1)
    return { auc: logitEstimate(value, error, rows, DEFAULT_LEVEL), p };
  const bound = wilsonEstimate(value * trials, trials, DEFAULT_LEVEL);
  return { auc: { ...(bound as Estimate), value, rows }, p };
}

/** Variance of the AUC where ranks are dealt at random, with the correction for ties. */
function mannWhitneyVariance({ truePositives, falsePositives, positives, negatives }: RankedScores): number {
  const rows = positives + negatives;
  let [ties, before] = [0, 0];
  for (let k = 0; k < truePositives.length; k++) {
    const upTo = (truePositives[k] as number) + (falsePositives[k] as number);
    const tied = upTo - before;
    ties += tied ** 3 - tied;
    before = upTo;
  }
  return (rows + 1 - ties / (rows * (rows - 1))) / (12 * positives * negatives);
}

function reasonOf(
  isDrift: boolean,
  auc: Estimate,
  p: number,
  needed: number,
  columns: readonly ColumnPart[],
): string {
  const found = `AUC ${auc.value.toFixed(3)} on ${auc.rows} rows`;
  if (isDrift) {
    const named = columns.slice(0, NAMED).filter(({ share }, rank) => rank === 0 || share >= NAMED_SHARE);
    const names = named.map(({ name }) => name);
    return `Current rows can be told from those of training (${found}), most of all by ${names.join(', ')}.`;
  }
  return auc.value < needed
    ? `Current rows can hardly be told from those of training (${found}; an alarm needs ${needed.toFixed(3)}).`
    : `Current rows may differ from those of training (${found}), but chance can do as much (p ${p.toPrecision(2)}).`;
}
