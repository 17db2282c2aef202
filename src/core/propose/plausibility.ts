/** Whether well-known signs of leaving point the way that the target says, or all the other way. */
import { rankScores } from '../metrics/ranked-scores.ts';
import { rocAucScore } from '../metrics/ranking.ts';
import { compactName } from './column-names.ts';
import type { TableTally, TargetCandidate } from './table-tally.ts';
import type { TargetChoice } from './target-choice.ts';

/** Clients with more of it leave more often, in nearly every trade. */
const MORE_LEAVE =
  /complain|escalation|outage|overdue|(?:support|service|care|helpdesk)(?:calls?|tickets?|contacts|cases|requests)|(?:late|missed|failed|delayed)payments?|payment(?:delays?|failures?)|inactivedays|daysinactive/;
const LONG_SINCE = /dayssince(?:last)?(?:login|activity|active|purchase|order|visit|use|usage|contact)/;
/** Clients with more of it leave less often. */
const MORE_STAY =
  /tenure|seniority|monthsinservice|logins?|sessions?|activedays|daysactive|isactive|satisfaction|csat|engagement|referrals|usage|(?:num|number|no)(?:of)?products/;
/** Changes, shares and prices of such things tell neither. */
const NEITHER =
  /change|delta|drop|decline|decrease|diff|trend|ratio|perc|pct|share|limit|cost|charge|fee|price|last|failedlogin|nocomplain/;

/** Standard errors beyond which chance is out of the question: p below 0.001 on two sides. */
const SIGNIFICANT = 3.2905;
/** ROC AUC is at least so far from one half: a difference that is seen at once, not one of many rows alone. */
const SEEN = 0.03;
const FEWEST_COLUMNS = 2;

interface Sign {
  readonly name: string;
  /** 1: with more of it clients leave more, here; -1: less. */
  readonly found: 1 | -1;
  readonly isRight: boolean;
}

/**
 * A sentence where two or more columns point the wrong way and none the right way, each beyond chance by the rank-sum
 * test on the sample (without correction for ties, which makes it the more careful); else none.
 */
export function noteOddSigns(tally: TableTally, target: TargetChoice): string[] {
  const signs = tally.names.flatMap((name, column) => {
    const expected = directionOf(name);
    const found = expected === 0 || column === target.column ? 0 : directionIn(tally, target, column);
    return found === 0 ? [] : [{ name, found, isRight: found === expected } satisfies Sign];
  });
  if (signs.length < FEWEST_COLUMNS || signs.some(({ isRight }) => isRight)) return [];
  const found = signs
    .slice(0, 4)
    .map(({ name, found }) => `those with more "${name}" leave ${found > 0 ? 'more' : 'less'} often`);
  const texts = (labels: TargetChoice['positives']) => labels.map(({ text }) => text).join(',');
  return [
    `The signs look odd: in this file ${found.join(', ')}. Does "${target.positive.text}" really mean left? ` +
      `Where it means stayed, say --positive "${texts(target.negatives)}".`,
  ];
}

/** 1: with more of it clients leave more; -1: less; 0: the name tells neither. */
export function directionOf(name: string): 1 | -1 | 0 {
  const compact = compactName(name);
  if (LONG_SINCE.test(compact)) return 1;
  if (NEITHER.test(compact)) return 0;
  if (MORE_LEAVE.test(compact)) return 1;
  return MORE_STAY.test(compact) ? -1 : 0;
}

function directionIn(tally: TableTally, target: TargetChoice, column: number): 1 | -1 | 0 {
  const candidate = tally.candidates[target.candidate] as TargetCandidate;
  const labels: number[] = [];
  const scores: number[] = [];
  for (const row of tally.sample) {
    const label = tally.classOf(candidate, row[target.column] as string);
    const score = tally.rules.parseNumber((row[column] as string).trim());
    if (label < 0 || !Number.isFinite(score)) continue;
    labels.push(label);
    scores.push(score);
  }
  const ranked = rankScores(labels, scores);
  const { positives, negatives } = ranked;
  if (positives === 0 || negatives === 0) return 0;
  const ahead = rocAucScore(ranked) - 0.5;
  // Mann and Whitney (Annals of Mathematical Statistics 18, 1947).
  const error = Math.sqrt((positives + negatives + 1) / (12 * positives * negatives));
  if (Math.abs(ahead) < SEEN || Math.abs(ahead) < SIGNIFICANT * error) return 0;
  return ahead > 0 ? 1 : -1;
}
