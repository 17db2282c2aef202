/** Explains rows in sentences: exact contributions joined to where each value stands among all clients. */
import type { SourceBatch, SourceColumn } from '../columns/source-column.ts';
import { type Reason, strongestReasons } from '../scoring/reasons/explainer.ts';
import type { Scorer } from '../scoring/scorer.ts';
import { derivedPhrase } from './derived-phrase.ts';
import { type ColumnPhrase, reasonSentence } from './sentence.ts';
import { type ColumnSpread, type Place, placeOf } from './spread.ts';

export interface ExplainedReason extends Reason {
  readonly sentence: string;
}

/** What one column does to a client's risk. */
export interface ExplainedContribution {
  readonly column: string;
  /** What the client has there; null is missing. */
  readonly value: number | string | null;
  /** Contribution to the margin, log-odds before calibration. */
  readonly contribution: number;
  readonly sentence: string;
}

export interface RowExplainer {
  /** Margin of the average client. */
  readonly baseline: number;
  /** The strongest reasons of each row that raise its risk, at most `most` a row. */
  raising(batch: SourceBatch, most: number): ExplainedReason[][];
  /** Every column's contribution to the first row, in the order of the model's inputs. */
  contributions(batch: SourceBatch): ExplainedContribution[];
}

/**
 * Explains the scores of a model against the distribution of each of its inputs over all clients, one spread an input.
 * `phrases`: how columns are named in sentences; those that are not in it by their own name.
 */
export function createRowExplainer(
  scorer: Scorer,
  spreads: readonly ColumnSpread[],
  phrases: ReadonlyMap<string, ColumnPhrase> = new Map(),
): RowExplainer {
  const explainer = scorer.explainer();
  const { columns, baseline } = explainer;
  const explain = (batch: SourceBatch): Float64Array => {
    const contributions = new Float64Array(batch.rows * columns.length);
    explainer.contributionsInto(batch, contributions);
    return contributions;
  };
  const placeIn = (batch: SourceBatch, k: number, row: number): Place =>
    placeOf(spreads[k] as ColumnSpread, batch.columns[k] as SourceColumn, row);
  const phraseOf = scorer.inputs.map(
    ({ name, derived }) => phrases.get(name) ?? (derived && derivedPhrase(derived)),
  );
  const sentenceOf = (k: number, place: Place): string =>
    reasonSentence(columns[k] as string, place, phraseOf[k]);
  return {
    baseline,
    raising(batch, most) {
      const all = explain(batch);
      return Array.from({ length: batch.rows }, (_, row) => {
        const own = all.subarray(row * columns.length, (row + 1) * columns.length);
        return strongestReasons(explainer, own, scorer.calibrate, { most }).map((reason) => {
          const k = columns.indexOf(reason.column);
          return { ...reason, sentence: sentenceOf(k, placeIn(batch, k, row)) };
        });
      });
    },
    contributions(batch) {
      const all = explain(batch);
      return columns.map((column, k) => {
        const place = placeIn(batch, k, 0);
        const contribution = all[k] as number;
        return { column, value: clientValue(place), contribution, sentence: sentenceOf(k, place) };
      });
    },
  };
}

function clientValue(place: Place): number | string | null {
  if (place.kind === 'missing') return null;
  return place.kind === 'number' ? place.value : place.level;
}
