/** The shape of a model document, for files that come from outside. */
import { z } from 'zod';
import { DERIVED_KINDS } from '../derived/derived-column.ts';
import { MODEL_FORMAT } from './document.ts';
import { driftReferenceSchema } from './reference-schema.ts';

const column = z.string().min(1);
const count = z.int().min(0);

const derived = z.strictObject({
  kind: z.enum(DERIVED_KINDS),
  from: z.array(column),
});

const feature = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('number'), source: column, missing: z.number().nullable() }),
  z.strictObject({ kind: z.literal('missing'), source: column }),
  z.strictObject({ kind: z.literal('level'), source: column, level: z.string() }),
  z.strictObject({ kind: z.literal('hinge'), source: column, knot: z.number(), missing: z.number() }),
  z.strictObject({ kind: z.literal('category'), source: column, levels: z.array(z.string()) }),
  z.strictObject({
    kind: z.literal('target-rate'),
    source: column,
    levels: z.array(z.string()),
    rates: z.array(z.number()),
    missing: z.number(),
    unseen: z.number(),
  }),
]);

const tree = z.strictObject({
  feature: z.array(z.int().min(-1)).min(1),
  threshold: z.array(z.number().nullable()),
  categories: z.array(z.array(count).nullable()),
  missingLeft: z.array(z.boolean()),
  left: z.array(z.int()),
  right: z.array(z.int()),
  value: z.array(z.number()),
  cover: z.array(z.number().min(0)),
});

const linear = z.strictObject({
  kind: z.literal('logistic-regression'),
  coefficients: z.array(z.number()),
  intercept: z.number(),
  means: z.array(z.number()),
});

const trees = z.strictObject({ kind: z.literal('boosted-trees'), base: z.number(), trees: z.array(tree) });

const learner = z.discriminatedUnion('kind', [
  linear,
  trees,
  z.strictObject({
    kind: z.literal('ensemble'),
    members: z.array(z.strictObject({ name: z.string(), weight: z.number().min(0).max(1) })).min(1),
    linear: linear.nullable(),
    trees: trees.nullable(),
  }),
]);

const calibration = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('platt'), slope: z.number(), intercept: z.number() }),
  z.strictObject({ kind: z.literal('beta'), a: z.number(), b: z.number(), c: z.number() }),
  z.strictObject({
    kind: z.literal('isotonic'),
    from: z.array(z.number()).min(1),
    to: z.array(z.number().min(0).max(1)).min(1),
  }),
]);

const estimate = z.strictObject({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  level: z.number(),
  rows: count,
});

const change = z.strictObject({
  at: z.iso.datetime(),
  looks: z.array(z.strictObject({ model: z.string(), from: z.string().nullable() })),
  rows: count,
  learned: z.enum(['since', 'all']),
  reason: z.string(),
});

const recalibrated = z.strictObject({
  of: z.string(),
  at: z.iso.datetime(),
  rows: count,
  positives: count,
  shift: estimate,
});

const certificate = z.strictObject({
  trainedAt: z.iso.datetime(),
  version: z.string(),
  seed: z.number(),
  snapshot: z.strictObject({ id: z.string(), rows: count, positives: count }),
  outcomes: z
    .strictObject({
      horizonDays: z.number(),
      asOf: z.iso.datetime(),
      meaning: z.literal('status').exactOptional(),
      unlabelled: count,
      immature: count,
      gone: count.exactOptional(),
      superseded: count.exactOptional(),
    })
    .exactOptional(),
  heldOut: z
    .strictObject({ share: z.number(), seed: z.number(), rows: count, clients: count })
    .exactOptional(),
  files: z.array(z.string()),
  options: z.record(z.string(), z.unknown()),
  fit: z.record(z.string(), z.unknown()),
  selection: z.unknown().optional(),
  calibration: z.string().exactOptional(),
  threshold: z.strictObject({ rule: z.string(), reason: z.string() }).exactOptional(),
  change: change.exactOptional(),
  recalibrated: recalibrated.exactOptional(),
  reference: driftReferenceSchema.exactOptional(),
});

/** Shape only; `findFaults` checks that the parts fit each other. */
export const modelSchema = z.strictObject({
  format: z.literal(MODEL_FORMAT),
  version: z.string().regex(/^[0-9a-f]{12}$/),
  target: z.strictObject({ column, positive: z.string().min(1) }),
  id: column.nullable(),
  inputs: z.array(
    z.strictObject({
      name: column,
      kind: z.enum(['numeric', 'categorical']),
      derived: derived.exactOptional(),
    }),
  ),
  features: z.array(feature),
  learner,
  calibration,
  threshold: z.number().min(0).max(1),
  certificate,
});
