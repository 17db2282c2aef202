/** What checks say beside their outline, by kind. */
import { z } from 'zod';
import { anyObject, arrayOf, type Codec, createCodec, shapeOf } from '../../base/codec.ts';
import { fieldsOf } from '../../base/loose-fields.ts';
import { DRIFT_RULE_NAMES } from '../../config/drift-rules.ts';
import type {
  CheckDetails,
  DriftDetails,
  GateDetails,
  JudgedChange,
  TestComparison,
} from '../port/checks.ts';
import type { InputCheck, SegmentPerformance, WatchEstimate } from '../port/drift-check.ts';
import { confusion, estimate, number } from './record-parts.ts';

/** What versions before formats did not all record. */
const NOT_RECORDED = {
  rule: 'raw',
  estimate: null,
  rows: 0,
  confusion: null,
  metrics: null,
  unlabelled: 0,
  immature: 0,
  verdicts: {},
  monitor: {},
  estimated: null,
  inputs: null,
  segments: [],
};

/** What the parts hold has changed from version to version before formats, so that their readers look for themselves. */
const drift = createCodec<DriftDetails>({
  name: 'drift-check',
  schema: shapeOf<DriftDetails>({
    rule: z.enum(DRIFT_RULE_NAMES),
    estimate: estimate.nullable(),
    rows: number,
    confusion: confusion.nullable(),
    metrics: anyObject<NonNullable<DriftDetails['metrics']>>().nullable(),
    unlabelled: number,
    immature: number,
    verdicts: anyObject<DriftDetails['verdicts']>(),
    risk: anyObject<NonNullable<DriftDetails['risk']>>().nullable().optional(),
    monitor: anyObject<DriftDetails['monitor']>(),
    estimated: anyObject<WatchEstimate>().nullable(),
    inputs: anyObject<InputCheck>().nullable(),
    segments: arrayOf(anyObject<SegmentPerformance>()),
  }),
  upgrades: [(older) => ({ ...NOT_RECORDED, ...fieldsOf(older) })],
});

const gate = createCodec<GateDetails>({
  name: 'gate-check',
  schema: shapeOf<GateDetails>({
    champion: z.string().nullable(),
    shadow: z.boolean(),
    comparison: anyObject<TestComparison>().nullable(),
    change: shapeOf<JudgedChange>({ at: z.string(), rows: number }).nullable(),
  }),
  upgrades: [
    (older) => ({ champion: null, shadow: false, comparison: null, change: null, ...fieldsOf(older) }),
  ],
});

export const checkCodecs: { readonly [K in keyof CheckDetails]: Codec<CheckDetails[K]> } = Object.freeze({
  drift,
  gate,
});
