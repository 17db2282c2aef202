/** The reference sample of a recalibrated model: that of the model it was made of, with the new odds, and the rows since. */
import type { SourceBatch, SourceColumn } from '../../core/columns/source-column.ts';
import { concatBatches, takeRows, takeValues } from '../../core/columns/take-rows.ts';
import type { ModelDocument } from '../../core/document/document.ts';
import { createScorer } from '../../core/scoring/scorer.ts';
import type { FoldModels } from '../../engine/kept/fold-models.ts';
import type { ReferenceSample } from '../../engine/kept/reference-file.ts';
import { groupByScorer } from '../../engine/rows/client-scorers.ts';
import { type Examples, withPlaces } from '../../engine/rows/examples.ts';
import { readClientKeys } from '../../engine/rows/read-client-ids.ts';
import { scoreTable } from '../../engine/rows/score-table.ts';
import { unseenScorer } from '../../engine/rows/unseen-scorer.ts';
import { columnOf } from '../../formats/contract/contract.ts';

/** As many as a sample has at most. */
const MAX_ROWS = 20_000;

/** Rows at these places as a reference sample has them, with margins of models that had not seen them. */
export async function sampleOf(
  examples: Examples,
  places: Uint32Array,
  { live, folds }: { readonly live: ModelDocument; readonly folds: FoldModels | null },
): Promise<ReferenceSample> {
  return withPlaces(examples, spread(places, MAX_ROWS), async (rows) => {
    const scorer = createScorer(live);
    const clients = await readClientKeys(rows);
    const scorerOf = unseenScorer(scorer, folds, clients) ?? (() => scorer);
    const batches: SourceBatch[] = [];
    const onInputs = (inputs: SourceBatch) => batches.push(inputs);
    const { labels, values } = await scoreTable(rows, scorer, { labels: true, values: true, onInputs });
    const batch = concatBatches(batches);
    const margins = new Float64Array(batch.rows);
    const all = Uint32Array.from({ length: batch.rows }, (_, row) => row);
    for (const group of groupByScorer({ scorerOf }, batch, all)) {
      const own = new Float64Array(group.places.length);
      group.scorer.marginInto(group.batch, own);
      for (const [k, place] of group.places.entries()) margins[place] = own[k] as number;
    }
    const hasIds = columnOf(rows.contract, 'id') !== null;
    return { inputs: live.inputs, batch, labels, margins, values, clients: hasIds ? clients : null };
  });
}

/**
 * The sample with the odds of leaving multiplied by e^shift, and after it the rows since the change, which have these
 * odds. Of the class that has become rarer every so-many-th row is left out, in the order of the table: what the rows of
 * a class look like stays, as where the base rate alone changes. Without the rows since, a rate that goes up and down
 * would leave fewer at each turn, until there were none.
 */
export function moveSample(sample: ReferenceSample, shift: number, since: ReferenceSample): ReferenceSample {
  const thinned = takeSample(sample, withOdds(sample.labels, shift));
  const isAlike =
    since.inputs.length === sample.inputs.length &&
    since.inputs.every(({ name, kind }, place) => {
      const other = sample.inputs[place];
      return other?.name === name && other.kind === kind;
    });
  const both = isAlike ? joinSamples(thinned, since) : thinned;
  const rows = Uint32Array.from(both.labels, (_, row) => row);
  return takeSample(both, spread(rows, MAX_ROWS));
}

function withOdds(labels: Float64Array, shift: number): Uint32Array {
  const share = Math.exp(-Math.abs(shift));
  const rarer = shift > 0 ? 0 : 1;
  let seen = 0;
  return Uint32Array.from(labels, (_, row) => row).filter((row) => {
    if (labels[row] !== rarer) return true;
    seen++;
    return Math.floor(seen * share) > Math.floor((seen - 1) * share);
  });
}

/** All of them, or so many at even distances. */
function spread(places: Uint32Array, most: number): Uint32Array {
  if (places.length <= most) return places;
  return Uint32Array.from(
    { length: most },
    (_, k) => places[Math.floor((k * places.length) / most)] as number,
  );
}

function takeSample(sample: ReferenceSample, rows: Uint32Array): ReferenceSample {
  const { batch, labels, margins, values, clients } = sample;
  return {
    ...sample,
    batch: takeRows(batch, rows),
    labels: takeValues(labels, rows),
    margins: takeValues(margins, rows),
    values: values === null ? null : takeValues(values, rows),
    clients: clients === null ? null : BigUint64Array.from(rows, (row) => clients[row] as bigint),
  };
}

function joinSamples(a: ReferenceSample, b: ReferenceSample): ReferenceSample {
  return {
    inputs: a.inputs,
    batch: concatBatches([asTexts(a.batch), asTexts(b.batch)]),
    labels: joined(a.labels, b.labels),
    margins: joined(a.margins, b.margins),
    values: a.values === null || b.values === null ? null : joined(a.values, b.values),
    clients: a.clients === null || b.clients === null ? null : joinedKeys(a.clients, b.clients),
  };
}

/** Levels as texts, since the codes of two tables mean different ones. */
function asTexts({ rows, columns }: SourceBatch): SourceBatch {
  return {
    rows,
    columns: columns.map((column): SourceColumn => {
      if (column.kind !== 'categorical') return column;
      const { codes, levels } = column;
      return { kind: 'text', values: Array.from(codes, (code) => levels[code] ?? null) };
    }),
  };
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function joinedKeys(a: BigUint64Array, b: BigUint64Array): BigUint64Array {
  const both = new BigUint64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
