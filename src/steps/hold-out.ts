/** Hold out: chooses the clients of a new workspace that no model learns from, and says what the rows of clients are. */
import { TidewatchError } from '../base/errors.ts';
import type { Holdout } from '../core/clients/held-out.ts';
import { describePanel, type Panel } from '../core/outcomes/panel.ts';
import type { Engine, Snapshot } from '../engine/port.ts';
import { countClients, type Examples, holdOut, placesOf, readExamples } from '../engine/rows/examples.ts';
import { type OutcomeRule, readObservations } from '../engine/rows/history.ts';
import { columnOf } from '../formats/contract/contract.ts';
import type { TableContract } from '../formats/contract/table-contract.ts';

export interface HoldOutOptions {
  readonly snapshot: Pick<Snapshot, 'parquetPath' | 'columns'>;
  readonly contract: TableContract;
  readonly share: number;
  /** The first seed that is tried. */
  readonly seed: number;
  /** What the target means; null: what the rows of clients look like decides. */
  readonly meaning: OutcomeRule['meaning'] | null;
  readonly now: Date;
}

export interface PartCount {
  readonly clients: number;
  /** Rows with an outcome, and those of them that left. */
  readonly rows: number;
  readonly left: number;
}

export interface HoldOutChoice {
  readonly holdout: Holdout;
  readonly outcomes: Omit<OutcomeRule, 'now'>;
  /** How clients with several rows change; null where none has several, or no column tells times. */
  readonly panel: Panel | null;
  readonly training: PartCount;
  readonly heldOut: PartCount;
  /** Rows without an outcome so far. */
  readonly open: number;
}

/** Seeds that are tried for one under which both sides are alike. */
const MAX_SEEDS = 32;
/** Standard errors that the share of leavers among the held-out rows may be off. */
const ALIKE = 1;

/**
 * Takes the first seed under which the held-out rows have about the share of leavers of all, as stratifying would: a
 * hash knows nothing of classes, and a small table could lack one on a side. Of seeds that all fail, the nearest with
 * both classes on both sides.
 * @throws TidewatchError too-few-rows where no seed leaves both classes on both sides; nothing-labelled.
 */
export async function chooseHoldOut(
  { engine }: { readonly engine: Pick<Engine, 'open'> },
  options: HoldOutOptions,
): Promise<HoldOutChoice> {
  const { contract, snapshot, share } = options;
  const table = await engine.open({ kind: 'snapshot', snapshot, contract });
  try {
    const panel = await panelOf(table, options);
    const isStatus = options.meaning === null ? panel?.isStatus === true : options.meaning === 'status';
    const outcomes = {
      meaning: isStatus ? 'status' : 'outcome',
      horizonDays: isStatus ? (panel?.gapDays ?? DEFAULT_HORIZON_DAYS) : 0,
    } as const;
    const whole = await readExamples(table, { ...outcomes, now: options.now }, { share, seed: options.seed });
    let best: { readonly examples: Examples; readonly seed: number; readonly error: number } | null = null;
    for (let k = 0; k < MAX_SEEDS && (best === null || best.error > ALIKE); k++) {
      const seed = (options.seed + k) % 2 ** 32;
      const examples = k === 0 ? whole : await holdOut(whole, { share, seed });
      const error = unlikeness(count(examples, 'training'), count(examples, 'held-out'));
      if (error < (best?.error ?? Number.POSITIVE_INFINITY)) best = { examples, seed, error };
    }
    if (best === null) throw tooFew(contract, count(whole, 'both'));
    const { unlabelled, immature } = best.examples.leftOut;
    return {
      holdout: { share, seed: best.seed },
      outcomes,
      panel,
      training: count(best.examples, 'training'),
      heldOut: count(best.examples, 'held-out'),
      open: unlabelled + immature,
    };
  } finally {
    await table.close();
  }
}

/** Where a status is asked for by hand and no gap between rows tells. */
const DEFAULT_HORIZON_DAYS = 30;

async function panelOf(
  table: Awaited<ReturnType<Engine['open']>>,
  { contract }: HoldOutOptions,
): Promise<Panel | null> {
  if (columnOf(contract, 'id') === null || columnOf(contract, 'time') === null) return null;
  const { times, ...rows } = await readObservations(table);
  return times === null ? null : describePanel({ ...rows, times });
}

function count(examples: Examples, side: 'training' | 'held-out' | 'both'): PartCount {
  const places = placesOf(examples, side);
  const outcomes = examples.history?.outcomes;
  const left = places.reduce((sum, place) => sum + Number(outcomes?.[place] === 1), 0);
  return { clients: countClients(examples, places), rows: places.length, left };
}

/** Standard errors between the shares of leavers; infinite where a side lacks a class. */
function unlikeness(training: PartCount, heldOut: PartCount): number {
  const sides = [training, heldOut];
  if (sides.some(({ rows, left }) => left === 0 || left === rows)) return Number.POSITIVE_INFINITY;
  const share = (training.left + heldOut.left) / (training.rows + heldOut.rows);
  // Rows of a client are alike, so clients are counted.
  const error = Math.sqrt((share * (1 - share)) / heldOut.clients);
  return Math.abs(heldOut.left / heldOut.rows - share) / error;
}

function tooFew(contract: TableContract, { rows, left }: PartCount): TidewatchError {
  const [label, count] =
    left * 2 <= rows ? [contract.positive, left] : [contract.negative ?? 'stayed', rows - left];
  return new TidewatchError(
    'too-few-rows',
    `The data has ${count} rows of "${label}", too few to be both learned from and tested on. ` +
      'Give more data, or write the configuration alone with "tidewatch init FILE --no-copy".',
    { details: { label, rows: count } },
  );
}
