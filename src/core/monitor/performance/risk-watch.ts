/**
 * The watch of a deployed model's risks as it is kept between looks: the detector, the budget of its false alarms in
 * time or in rows, and when its looks were, so that what it finds has a date.
 */
import {
  advanceRiskDetector,
  type RiskDetectorState,
  startRiskDetector,
} from '../calibration/risk-detector.ts';
import { type RiskHistogram, totalsOf } from '../calibration/risk-histogram.ts';
import { readRiskDetector } from '../calibration/risk-reading.ts';
import { type AlarmBudget, budgetSentence, type DatedRisk, riskSentence } from './risk-sentence.ts';

const DAY_MS = 86_400_000;
const DAYS_A_YEAR = 365.25;
/** A look counts at least as ten minutes, the rhythm of the scheduler, also where the clock was set back. */
const MIN_DAYS = 10 / 1440;
/** Days that are told apart; beyond, of the older half every second one. */
const MAX_DAYS = 400;

/** Plain data, as the store keeps it. */
export interface RiskWatch {
  /** The deployment that made the model live: another one starts anew. */
  readonly deployment: string;
  readonly unit: AlarmBudget['unit'];
  /** What it started from. */
  readonly heldOut: RiskHistogram;
  /** The newest look with a new outcome, before the first one the start; ISO 8601. */
  readonly lookedAt: string;
  /** Days with looks, ISO 8601, each with its last look, counted from 1. */
  readonly days: readonly { readonly day: string; readonly look: number }[];
  readonly detector: RiskDetectorState;
}

/** What is seen, and what is to be expected, each in a sentence. */
export interface WatchedRisk extends DatedRisk {
  readonly sentence: string;
  readonly budget: string;
}

export interface RiskWatchOptions {
  readonly deployment: string;
  /** From when on the time to the first look counts, ISO 8601. */
  readonly since: string;
  readonly heldOut: RiskHistogram;
  readonly budget: AlarmBudget;
}

/** A watch that has seen no outcome. */
export function startRiskWatch({ deployment, since, heldOut, budget }: RiskWatchOptions): RiskWatch {
  const detector = startRiskDetector({ heldOut, perFalseAlarm: perFalseAlarm(budget) });
  return { deployment, unit: budget.unit, heldOut, lookedAt: since, days: [], detector };
}

/**
 * The watch with the new outcomes of one look, `now` in ISO 8601; without any nothing but a changed budget, which
 * counts from here on. A look weighs what has passed of the budget since the look before: days, or its rows.
 */
export function advanceRiskWatch(
  watch: RiskWatch,
  risks: RiskHistogram,
  { now, budget }: { readonly now: string; readonly budget: AlarmBudget },
): RiskWatch {
  const before = { ...watch.detector, perFalseAlarm: perFalseAlarm(budget) };
  const { rows } = totalsOf(risks);
  if (rows === 0) return { ...watch, detector: before };
  const weight = watch.unit === 'rows' ? rows : daysBetween(watch.lookedAt, now);
  const detector = advanceRiskDetector(before, risks, weight);
  const lookedAt = Date.parse(now) > Date.parse(watch.lookedAt) ? now : watch.lookedAt;
  return { ...watch, lookedAt, days: addLook(watch.days, lookedAt.slice(0, 10), detector.looks), detector };
}

/** What the watch says now; changes nothing. An alarm stays until another model is live. */
export function readRiskWatch({ detector, days }: RiskWatch, budget: AlarmBudget): WatchedRisk {
  const reading = readRiskDetector(detector);
  const dayOf = (at: number | null): string | null =>
    at === null ? null : (days.find(({ look }) => look >= at)?.day ?? null);
  const dated = { ...reading, changedOn: dayOf(reading.changedAt), alarmOn: dayOf(reading.alarmAt) };
  return { ...dated, sentence: riskSentence(dated), budget: budgetSentence(budget, reading) };
}

function perFalseAlarm(budget: AlarmBudget): number {
  return budget.unit === 'rows' ? budget.rows : DAYS_A_YEAR * budget.years;
}

function daysBetween(from: string, to: string): number {
  return Math.max(MIN_DAYS, (Date.parse(to) - Date.parse(from)) / DAY_MS);
}

function addLook(days: RiskWatch['days'], day: string, look: number): RiskWatch['days'] {
  const before = days.at(-1)?.day === day ? days.slice(0, -1) : days;
  const all = [...before, { day, look }];
  return all.length <= MAX_DAYS ? all : all.filter((_, place) => place >= MAX_DAYS / 2 || place % 2 === 1);
}
