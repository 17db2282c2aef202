/** What a look at the deployed model is asked. */

import type { ModelDocument } from '../../core/document/document.ts';
import type { Campaign } from '../../core/metrics/campaign.ts';
import type { ReferenceRows } from '../../core/monitor/estimates/estimate-under-shift.ts';
import type { AlarmBudget } from '../../core/monitor/performance/risk-sentence.ts';
import type { FoldModels } from '../../engine/kept/fold-models.ts';
import type { Snapshot } from '../../engine/port.ts';
import type { OutcomeRule } from '../../engine/rows/history.ts';
import type { TableContract } from '../../formats/contract/table-contract.ts';
import type { DriftCheck } from '../../store/port/drift-check.ts';
import type { RisksOptions } from './risks.ts';

export interface WatchOptions {
  readonly runId: string;
  /** The rule that decides; all of them are told. */
  readonly rule: DriftCheck['rule'];
  readonly model: ModelDocument;
  /** A model that scores beside it on the same rows; null: there is none. */
  readonly challenger: ModelDocument | null;
  /** Models that have not seen the clients that these were trained on; null where none were kept. */
  readonly folds: FoldModels | null;
  readonly challengerFolds: FoldModels | null;
  /** The deployed latestscore.txt. */
  readonly deployedScore: number;
  /** The snapshot just compiled. */
  readonly snapshot: Pick<Snapshot, 'id' | 'parquetPath' | 'columns'>;
  /** The snapshot that the model was trained on; null where it is not known any more. */
  readonly training: Pick<Snapshot, 'parquetPath' | 'columns'> | null;
  /** Labelled rows scored by a model that had not seen them, or why there are none. */
  readonly reference: ReferenceRows | { readonly absent: string };
  readonly contract: TableContract;
  readonly campaign: Campaign | null;
  /** The most money at stake of a client, for profit to have a bound. */
  readonly mostValue: number;
  readonly alpha: number;
  readonly tolerance: number;
  readonly budget: AlarmBudget;
  readonly deployment: RisksOptions['deployment'];
  readonly heldOutRisks: RisksOptions['heldOutRisks'];
  readonly psi: number;
  /** The file that the new rows came in; null: more than one, or none that is new. */
  readonly newFile: string | null;
  /** Years between false alarms of the inputs, on average at least. */
  readonly yearsPerFalseAlarm: number;
  readonly outcomes: Omit<OutcomeRule, 'now'>;
  readonly seed: number;
}
