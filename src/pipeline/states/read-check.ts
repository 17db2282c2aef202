/** Reads the facts of a check from its record, as far as they are there: versions record more and less. */
import { type Fields, fieldsOf, listOf, numberOf, textOf } from '../../base/loose-fields.ts';
import type { CheckOutline } from '../../store/port/checks.ts';
import type { CheckFacts, InputAlarmFacts, RiskFacts } from './facts.ts';

const CHANGES = ['base-rate', 'discrimination', 'both'] as const;

/** Nothing is refused: what an older version did not record is taken as not said. */
export function readCheckFacts(record: CheckOutline & { readonly details: unknown }): CheckFacts {
  const { createdAt, modelVersion, rule, outcome, reason, rows } = record;
  const details = fieldsOf(record.details);
  const inputs = fieldsOf(details['inputs']);
  return {
    at: createdAt,
    modelVersion,
    rule,
    drift: outcome,
    reason,
    rows,
    unlabelled: numberOf(details['unlabelled']) ?? 0,
    risk: riskOf(details),
    alarms: 'alarms' in inputs ? listOf(inputs['alarms']).flatMap(alarmOf) : shiftsOf(inputs),
    inputs: inputsOf(inputs),
  };
}

/** Without held-out rows there is nothing to hold new ones against. */
const NO_HELD_OUT: RiskFacts = Object.freeze({
  alarm: false,
  change: null,
  sentence: '',
  heldOut: { rows: 0, left: null },
  tooFew: { rowsNeeded: null },
});

function riskOf(details: Fields): RiskFacts | null {
  if (details['risk'] === null) return NO_HELD_OUT;
  const risk = fieldsOf(details['risk']);
  if (typeof risk['alarm'] !== 'boolean') return olderRiskOf(details);
  const heldOut = fieldsOf(risk['heldOut']);
  const needed = numberOf(fieldsOf(risk['tooFew'])['rowsNeeded']);
  return {
    alarm: risk['alarm'],
    change: CHANGES.find((change) => change === risk['change']) ?? null,
    sentence: textOf(risk['sentence']) ?? '',
    heldOut: { rows: numberOf(heldOut['rows']) ?? 0, left: numberOf(heldOut['left']) },
    tooFew: needed === null ? null : { rowsNeeded: needed },
  };
}

/** Versions before the detector of the risk watched F1, the Brier score and profit, each with an alarm of its own. */
function olderRiskOf(details: Fields): RiskFacts | null {
  const monitor = fieldsOf(details['monitor']);
  const readings = ['f1', 'brier', 'profit'].map((metric) => fieldsOf(monitor[metric]));
  const loud = readings.find(({ alarm }) => alarm === true);
  const promise = fieldsOf(fieldsOf(monitor['f1'])['promise']);
  const needed = numberOf(promise['rowsNeeded']);
  if (loud === undefined && needed === null) return null;
  return {
    alarm: loud !== undefined,
    change: null,
    sentence: textOf(loud?.['sentence']) ?? '',
    heldOut: { rows: numberOf(promise['rows']) ?? 0, left: null },
    tooFew: needed === null || loud !== undefined ? null : { rowsNeeded: needed },
  };
}

function alarmOf(entry: Fields): InputAlarmFacts[] {
  const [column, sentence] = [textOf(entry['column']), textOf(entry['sentence'])];
  if (column === null || sentence === null) return [];
  const severity = entry['severity'] === 'broken' ? 'broken' : 'moved';
  const file = textOf(entry['file']);
  return [{ severity, column, file, isOld: entry['window'] === 'all' && file === null, sentence }];
}

/** Of versions that knew no alarms of inputs: the columns that had drifted. */
function shiftsOf(inputs: Fields): InputAlarmFacts[] {
  return listOf(inputs['columns']).flatMap(({ name, verdict, reason }) => {
    const [column, sentence] = [textOf(name), textOf(reason)];
    if (verdict !== 'drift' || column === null || sentence === null) return [];
    return [{ severity: 'moved' as const, column, file: null, isOld: false, sentence }];
  });
}

function inputsOf(inputs: Fields): CheckFacts['inputs'] {
  const verdict = textOf(inputs['verdict']);
  if (verdict === null) return null;
  return {
    judged: verdict !== 'too-few-rows',
    rows: numberOf(fieldsOf(inputs['rows'])['current']) ?? 0,
    reason: textOf(inputs['reason']) ?? '',
  };
}
