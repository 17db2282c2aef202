/** What a watch says of one metric. */
import type { BaselineBound, MetricName } from './baseline-bound.ts';

/** A metric on new rows beside what the held-out rows let expect. */
export interface MetricView {
  readonly metric: MetricName;
  readonly promise: BaselineBound;
  /** Labelled rows since the start. */
  readonly rows: number;
  /** On those rows; null where they do not define it. */
  readonly observed: number | null;
  /** Confidence sequence of the true value over those rows: holds at all looks at once. */
  readonly low: number | null;
  readonly high: number | null;
  readonly level: number;
  /** Evidence that it was ever worse than the bound (cut at 1e300), its logarithm, and what makes it a claim. */
  readonly eValue: number | null;
  readonly eLog10: number | null;
  readonly eLevel: number | null;
  /** The e-value has once reached its level. */
  readonly worseThanPromised: boolean;
  /** The labelled row at which it did, counted from 1. */
  readonly worseAt: number | null;
  readonly sentence: string;
}

/** The same with the detector of a change of this metric alone. */
export interface MetricReading extends MetricView {
  /** The line that the detector tests: that of the baseline, or what rows have shown since where it is stricter. */
  readonly shown: number | null;
  /** log10 of the Shiryaev-Roberts detector of a change, and of its level, the rows a false alarm. */
  readonly detectorLog10: number | null;
  readonly detectorLevelLog10: number | null;
  /** The detector has once reached its level. */
  readonly alarm: boolean;
  readonly alarmAt: number | null;
}
