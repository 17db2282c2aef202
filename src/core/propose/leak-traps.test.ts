/** Tables at random with columns whose truth is known: leaks that must be left out, strong causes that must be used. */
import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../base/random.ts';
import type { ProposalWishes } from './column-verdict.ts';
import { type Proposal, propose } from './proposal.ts';
import { TableTally } from './table-tally.ts';

interface Client {
  readonly left: boolean;
  /** What the clients are like before anybody leaves: it decides in part who does. */
  readonly risk: number;
}
type Make = (client: Client, random: Random) => string | number;

const chance = (random: Random, share: number): boolean => random.uniform() < share;
const among = (random: Random, ...texts: readonly string[]): string =>
  texts[random.below(texts.length)] ?? '';

/** What is written once a client has left, or for it. */
const LEAKS: Readonly<Record<string, Make>> = {
  flag: ({ left }) => (left ? 'gone' : 'here'),
  complaint: ({ left }, random) => Number(left !== chance(random, 0.002)),
  why: ({ left }, random) => (left ? among(random, 'price', 'moved', 'service') : ''),
  why_some: ({ left }, random) => (left && chance(random, 0.4) ? among(random, 'price', 'moved') : ''),
  survey: ({ left }, random) => (left && chance(random, 0.5) ? among(random, 'bad', 'poor', 'fair') : 'none'),
  final_invoice: ({ left }, random) => (left ? 100 + random.below(900) : ''),
  settlement: ({ left }, random) => (left && chance(random, 0.3) ? 100 + random.below(900) : ''),
  next_visit: ({ left }, random) => (left ? '' : 1 + random.below(60)),
  next_offer: ({ left }, random) => (left && chance(random, 0.6) ? '' : among(random, 'a', 'b', 'c')),
  score_after: ({ left }, random) => (Number(left) * 6 + random.normal()).toFixed(2),
  days_idle: ({ left }, random) => (left ? 200 + random.below(200) : random.below(180)),
  code: ({ left }, random) => (left ? among(random, 'X1', 'X2', 'X3') : among(random, 'A1', 'A2')),
  churn_note: ({ left }, random) => (left && chance(random, 0.1) ? 'called' : 'no'),
  exit_date_known: ({ left }, random) => Number(left && chance(random, 0.2)),
};

/** What is there before, however well it predicts: its values depend on the risk alone, or hardly on the outcome. */
const CAUSES: Readonly<Record<string, Make>> = {
  contract: ({ risk }, random) => (risk > 2.2 ? 'monthly' : among(random, 'annual', 'quarterly')),
  tenure: ({ risk }, random) => Math.max(0, Math.round(30 - 9 * risk + 4 * random.normal())),
  support_calls: ({ risk }, random) => Math.max(0, Math.min(10, Math.round(3 + 2 * risk + random.normal()))),
  rare_plan: ({ left, risk }, random) => (left && risk > 1 && chance(random, 0.1) ? 'legacy' : 'plan'),
  payment_delay: ({ risk }, random) => Math.round(10 + 4 * risk + 2 * random.normal()),
  activity: ({ risk }, random) => (random.normal() - 2 * risk).toFixed(3),
  coupon: ({ risk }, random) => (chance(random, 1 / (1 + Math.exp(-2 * risk))) ? 'yes' : ''),
  region: (_client, random) => `R${random.below(60)}`,
  noise: (_client, random) => random.normal().toFixed(3),
  gift: (_client, random) => (chance(random, 0.03) ? 'pen' : ''),
};

const NO_WISHES: ProposalWishes = {
  ...{ target: 'churn', positive: null, id: null, time: null },
  ...{ use: [], leaveOut: [], numeric: [], categorical: [] },
};
const RULES = {
  missing: new Set(['']),
  parseNumber: (text: string) => (/^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN),
  isTime: () => false,
};

/** Between 600 and 1,600 clients, of whom some 8 to 50 % leave, mostly by their risk. */
function table(seed: number, makes: Readonly<Record<string, Make>>): Proposal {
  const random = createRandom(seed);
  const rows = 600 + random.below(1001);
  const shift = -2.5 + 2.5 * random.uniform();
  const names = [...Object.keys(makes), 'churn'];
  const tally = new TableTally(names, { target: 'churn', rules: RULES, seed });
  for (let row = 0; row < rows; row++) {
    const risk = random.normal();
    const left = chance(random, 1 / (1 + Math.exp(-(3 * risk + shift))));
    const values = Object.values(makes).map((make) => String(make({ left, risk }, random)));
    tally.add([...values, left ? '1' : '0']);
  }
  return propose(tally, NO_WISHES);
}

describe('leaks and causes in 200 tables at random', () => {
  const missed = new Map<string, number>();
  const dropped = new Map<string, number>();
  for (let seed = 0; seed < 200; seed++) {
    const random = createRandom(seed, 1);
    const pick = (all: Readonly<Record<string, Make>>, share: number) =>
      Object.fromEntries(Object.entries(all).filter(() => chance(random, share)));
    const [leaks, causes] = [pick(LEAKS, 0.3), { noise: CAUSES['noise'] as Make, ...pick(CAUSES, 0.6) }];
    for (const { column, role } of table(seed, { ...leaks, ...causes }).decisions) {
      const isUsed = role === 'numeric' || role === 'categorical';
      if (column in leaks && isUsed) missed.set(column, (missed.get(column) ?? 0) + 1);
      if (column in causes && !isUsed) dropped.set(column, (dropped.get(column) ?? 0) + 1);
    }
  }

  it('uses no leak', () => expect(Object.fromEntries(missed)).toEqual({}));

  it('leaves out no cause', () => expect(Object.fromEntries(dropped)).toEqual({}));
});
