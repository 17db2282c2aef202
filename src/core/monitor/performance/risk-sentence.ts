/** Plain words for what the watch of a model's risks says, and for how rare its false alarms are. */
import { groupThousands } from '../../../base/thousands.ts';
import type { RiskReading } from '../calibration/risk-reading.ts';

/** How rare false alarms are, on average at least. */
export type AlarmBudget =
  | { readonly unit: 'years'; readonly years: number }
  /** Labelled rows, as older configurations say it. */
  | { readonly unit: 'rows'; readonly rows: number };

/** What the detector says, with the days of its looks. */
export interface DatedRisk extends RiskReading {
  /** Day of the look at which the change most likely began, ISO 8601; null without an alarm. */
  readonly changedOn: string | null;
  /** Day of the look that brought the alarm, ISO 8601; null without one. */
  readonly alarmOn: string | null;
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

const CHANGES = {
  'base-rate': 'What changed: the overall rate of leaving; the order of the clients still holds.',
  discrimination: 'What changed: the model tells worse than before who leaves.',
  both: 'What changed: the overall rate of leaving, and the model tells worse than before who leaves.',
} as const;

/** What outcomes say of the risks that the model gives: expected and observed numbers of leavers. */
export function riskSentence(risk: DatedRisk): string {
  const { alarm, alarmAt, alarmOn, changedOn, change, heldOut, tooFew, rows } = risk;
  if (tooFew !== null) {
    const needed = count(tooFew.rowsNeeded);
    return (
      `Cannot be judged yet: ${count(heldOut.rows)} held-out rows, of which ${count(heldOut.left)} left; about ` +
      `${needed} would do.`
    );
  }
  if (rows === 0) return 'No new outcome has come since the model went live.';
  if (!alarm) return `No alarm: ${leavers(risk)} by the risks that the model gives.`;
  const when = [
    `check ${count(alarmAt ?? risk.looks)}${alarmOn === null ? '' : ` on ${dayText(alarmOn)}`}`,
    ...(changedOn === null || changedOn === alarmOn ? [] : [`since about ${dayText(changedOn)}`]),
  ];
  return [
    `Outcomes no longer follow the risks that the model gives: ${leavers(risk.since ?? risk)} (${when.join(', ')}).`,
    ...(change === null ? [] : [CHANGES[change]]),
  ].join(' ');
}

/** "On average at most one false alarm in 5 years, however often it is checked; 14 checks in 98 days so far." */
export function budgetSentence(
  budget: AlarmBudget,
  { looks, weight }: Pick<RiskReading, 'looks' | 'weight'>,
): string {
  const span =
    budget.unit === 'years'
      ? `${number(budget.years)} ${budget.years === 1 ? 'year' : 'years'}`
      : `${count(budget.rows)} new outcomes`;
  const rate = `On average at most one false alarm in ${span}, however often it is checked`;
  if (looks === 0) return `${rate}; not checked yet.`;
  const passed = budget.unit === 'years' ? daysText(weight) : `${count(weight)} outcomes`;
  return `${rate}; ${count(looks)} ${looks === 1 ? 'check' : 'checks'} in ${passed} so far.`;
}

function leavers({ rows, left, expected }: Pick<RiskReading, 'rows' | 'left' | 'expected'>): string {
  const wanted = expected >= 10 ? count(Math.round(expected)) : number(expected);
  return `${count(left)} of ${count(rows)} clients left, ${wanted} expected`;
}

function daysText(days: number): string {
  const whole = Math.round(days);
  if (whole < 1) return 'less than a day';
  return `${count(whole)} ${whole === 1 ? 'day' : 'days'}`;
}

/** "12 May 2026" */
function dayText(day: string): string {
  const [year, month, date] = day.split('-').map(Number);
  return `${date} ${MONTHS[(month ?? 1) - 1]} ${year}`;
}

function number(value: number): string {
  return String(Number(value.toPrecision(2)));
}

function count(value: number): string {
  return groupThousands(String(Math.round(value)));
}
