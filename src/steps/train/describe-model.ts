/** What was made as a model document with its certificate, and as a summary for people. */

import { sha256 } from '../../base/hash.ts';
import {
  type Feature,
  type HeldOut,
  type KnownChange,
  MODEL_FORMAT,
  type ModelDocument,
  type Outcomes,
} from '../../core/document/document.ts';
import type { CandidateSpec } from '../../core/learners/candidates.ts';
import { partsOf } from '../../core/models/learners.ts';
import { modelVersion } from '../../core/models/model-file.ts';
import { buildReference } from '../../core/monitor/inputs/build-reference.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import type { MadeModel } from './make-model.ts';
import type { Training } from './read-training.ts';
import type { TrainOptions, TrainSummary } from './train-options.ts';

/** What was left out of a snapshot, as a certificate says it. */
export interface RowsUsed {
  readonly outcomes: Outcomes;
  readonly heldOut: HeldOut | null;
  /** null: none is known. */
  readonly change: KnownChange | null;
  /** One flag a row that is learned from: 1 where it came after that change; null: all did, or none is known. */
  readonly since: Uint8Array | null;
}

export function documentOf(
  made: MadeModel,
  training: Training,
  { outcomes, heldOut, change }: RowsUsed,
  options: TrainOptions,
  trainedAt: Date,
): ModelDocument {
  const { contract } = options;
  const { spec, fitted } = made;
  const unnamed: Omit<ModelDocument, 'version'> = {
    format: MODEL_FORMAT,
    target: { column: columnOf(contract, 'target') ?? '', positive: contract.positive },
    id: columnOf(contract, 'id'),
    inputs: training.inputs,
    features: fitted.features,
    learner: fitted.learner,
    calibration: made.calibration,
    threshold: made.threshold.value,
    certificate: {
      trainedAt: trainedAt.toISOString(),
      version: options.version,
      seed: options.seed,
      snapshot: { id: options.snapshot.id, rows: training.rows, positives: training.positives },
      ...(hasSelected(outcomes) && { outcomes }),
      ...(heldOut !== null && { heldOut }),
      ...(change !== null && { change }),
      files: options.files,
      options: { candidate: spec.name, model: options.model, ...describeSpec(spec) },
      fit: fitted.fit,
      selection: made.selection,
      calibration: made.calibrationReason,
      threshold: { rule: made.threshold.rule, reason: made.threshold.reason },
      reference: buildReference(training.inputs, training.batches),
    },
  };
  return { ...unnamed, version: modelVersion(unnamed, sha256) };
}

/** The options of a learner and of its recipe; those of an ensemble are of its members, by name. */
function describeSpec(spec: CandidateSpec): Readonly<Record<string, unknown>> {
  switch (spec.family) {
    case 'base-rate':
      return {};
    case 'ensemble':
      return {
        members: Object.fromEntries(spec.members.map(({ spec: own }) => [own.name, describeSpec(own)])),
      };
    default:
      return { learner: { ...spec.options }, recipe: { ...spec.recipe } };
  }
}

/** Whether the rows that had an outcome are not simply all of them. */
export function hasSelected({
  horizonDays,
  unlabelled,
  immature,
  gone = 0,
  superseded = 0,
}: Outcomes): boolean {
  return horizonDays > 0 || unlabelled + immature + gone + superseded > 0;
}

/** All of the summary but the reference sample. */
export function summarise(
  document: ModelDocument,
  made: MadeModel,
  { outcomes, heldOut, change }: RowsUsed,
  path: string,
): Omit<TrainSummary, 'reference'> {
  const { certificate, learner } = document;
  const { linear } = partsOf(learner);
  return {
    version: document.version,
    learner: learner.kind,
    path,
    snapshot: certificate.snapshot.id,
    rows: certificate.snapshot.rows,
    positives: certificate.snapshot.positives,
    heldOut: heldOut?.rows ?? 0,
    unlabelled: outcomes.unlabelled,
    immature: outcomes.immature,
    gone: outcomes.gone ?? 0,
    selection: made.selection,
    calibration: { kind: made.calibration.kind, reason: made.calibrationReason },
    threshold: made.threshold,
    coefficients:
      linear === null
        ? []
        : linear.coefficients.map((value, index) => ({
            name: nameOf(document.features[index] as Feature),
            value,
          })),
    intercept: linear?.intercept ?? null,
    fit: certificate.fit,
    notes: change === null ? made.notes : [noteOn(change, certificate.snapshot.rows), ...made.notes],
  };
}

function nameOf(feature: Feature): string {
  if (feature.kind === 'level') return `${feature.source} = ${feature.level}`;
  if (feature.kind === 'missing') return `${feature.source} is missing`;
  if (feature.kind === 'target-rate') return `rate of ${feature.source}`;
  if (feature.kind === 'hinge') return `${feature.source} above ${feature.knot}`;
  return feature.source;
}

function noteOn({ at, learned, reason }: KnownChange, rows: number): string {
  const day = at.slice(0, 10);
  return learned === 'since'
    ? `Trained on the ${rows.toLocaleString('en-US')} rows since ${day} alone. ${reason}`
    : `Trained on all rows, although something changed by ${day}. ${reason}`;
}
