/** The rule `sequential`: the alarm of the watch, whose false alarms are bounded however often it is looked at. */
import type { DriftVerdict } from './drift-verdict.ts';
import type { MonitorState } from './monitor.ts';
import { type ReadingOptions, readMonitor } from './reading.ts';

/** F1 decides: drift once its detector has reached its level, until a new watch is started. */
export function sequentialFall(state: MonitorState, options: ReadingOptions = {}): DriftVerdict {
  const { f1 } = readMonitor(state, options);
  return {
    rule: 'sequential',
    drift: f1.alarm,
    observed: f1.observed,
    expected: f1.promise.value,
    statistic: f1.detectorLog10,
    threshold: f1.detectorLevelLog10,
    rows: f1.rows,
    rowsNeeded: f1.promise.rowsNeeded,
    reason: f1.sentence,
  };
}
