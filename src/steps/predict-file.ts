/** Predicts the clients of a file of any size with a model, into a file with one row each. */
import { existsSync, realpathSync } from 'node:fs';
import { basename } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { TidewatchError } from '../base/errors.ts';
import type { Progress } from '../base/progress.ts';
import type { ModelDocument } from '../core/document/document.ts';
import { createUnseenCounter, type UnseenValues } from '../core/features/unseen-values.ts';
import { createScorer } from '../core/scoring/scorer.ts';
import type { Engine, Table } from '../engine/port.ts';
import { PredictionFile } from '../engine/prediction-file.ts';
import { scoringContract } from '../formats/contract/scoring-contract.ts';
import type { MatchedColumn, TableContract } from '../formats/contract/table-contract.ts';

export interface PredictFileOptions {
  readonly model: ModelDocument;
  /** Absolute path of the data, a file of DATA_ENDINGS. */
  readonly path: string;
  /** Absolute path of the predictions: .csv or .parquet. */
  readonly out: string;
  /** How the configuration has numbers read. */
  readonly contract: Pick<TableContract, 'columns' | 'missingTexts' | 'computed'>;
}

export interface PredictFileSummary {
  /** Version of the model. */
  readonly model: string;
  readonly rows: number;
  /** Rows that count as leaving. */
  readonly leaving: number;
  /** Categories that the model does not know, by column. */
  readonly unseen: readonly UnseenValues[];
  /** Columns that the file has under another name than the configuration. */
  readonly matched: readonly MatchedColumn[];
  /** Where the predictions are. */
  readonly path: string;
  readonly seconds: number;
}

/** Name of the first column where the model knows no id; rows are numbered from 1 then. */
const ROW_NUMBER = 'row';

/**
 * Writes id, probability and prediction (1: leaves) of every row, in order; the file appears whole or not at all.
 * Memory is bounded by memory_limit, whatever the rows. A bad row refuses the file with its place. Errors: `value-invalid`,
 * `column-missing`, `input-unreadable`; `usage` where `out` is the data itself or has another ending.
 */
export async function predictFile(
  deps: { readonly engine: Engine; readonly clock: Clock; readonly progress: Progress },
  options: PredictFileOptions,
): Promise<PredictFileSummary> {
  const { model, path, out } = options;
  const from = deps.clock.elapsedMs();
  refuseSameFile(path, out);
  const file = new PredictionFile(out, model.id ?? ROW_NUMBER);
  try {
    const contract = scoringContract(model, options.contract);
    let matched: readonly MatchedColumn[] = [];
    const onMatched = (found: readonly MatchedColumn[]): void => {
      matched = found;
    };
    const table = await deps.engine.open({
      kind: 'files',
      paths: [path],
      contract,
      labels: 'optional',
      onMatched,
    });
    try {
      const counts = await writeRows(table, model, file, (done) =>
        deps.progress({ label: `predicting ${basename(path)}`, done, total: table.rows, unit: 'rows' }),
      );
      await file.finish(deps.engine);
      const seconds = (deps.clock.elapsedMs() - from) / 1000;
      return { model: model.version, rows: table.rows, ...counts, matched, path: out, seconds };
    } finally {
      await table.close();
    }
  } finally {
    file.discard();
  }
}

async function writeRows(
  table: Table,
  model: ModelDocument,
  file: PredictionFile,
  tell: (rows: number) => void,
): Promise<Pick<PredictFileSummary, 'leaving' | 'unseen'>> {
  const scorer = createScorer(model);
  const unseen = createUnseenCounter(model);
  let leaving = 0;
  for await (const batch of table.stream([model.id, ...scorer.inputs.map((input) => input.name)])) {
    const [ids, ...columns] = batch.columns;
    const probabilities = new Float64Array(batch.rows);
    const inputs = { rows: batch.rows, columns };
    scorer.probabilityInto(inputs, probabilities);
    unseen.add(inputs);
    const labels = Uint8Array.from(probabilities, scorer.classify);
    for (const label of labels) leaving += label;
    file.write(ids?.kind === 'text' ? ids.values : [], probabilities, labels);
    tell(batch.offset + batch.rows);
  }
  return { leaving, unseen: unseen.columns() };
}

function refuseSameFile(path: string, out: string): void {
  if (!existsSync(path) || !existsSync(out) || realpathSync(path) !== realpathSync(out)) return;
  throw new TidewatchError('usage', `${out} is the data itself: give the predictions another name.`, {
    details: { path: out },
  });
}
