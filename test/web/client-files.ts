/** Data of made-up clients, the same every time: with owners, segments, values, and some rows that are wrong. */
import { createRandom } from '../../src/base/random.ts';

const OWNERS = ['Ada', 'Ben', 'Chidi'];
const SEGMENTS = ['retail', 'industry', 'public'];
const PLANS = ['basic', 'plus', 'pro'];

export const HEADER = 'client,logins,tickets,plan,value,owner,segment,left';

interface Choices {
  readonly seed: number;
  readonly rows: number;
  /** How much tickets matter: another number, another behaviour. */
  readonly ticketWeight: number;
  /** Share of the clients whose outcome is not known yet. */
  readonly unlabelled?: number;
  /** Lines that no reader can accept. */
  readonly broken?: readonly string[];
}

/** A CSV text of clients c0001, c0002, ... */
export function clientFile({ seed, rows, ticketWeight, unlabelled = 0, broken = [] }: Choices): string {
  const random = createRandom(seed);
  const lines = Array.from({ length: rows }, (_, k) => {
    const logins = Math.floor(60 * random.uniform());
    const tickets = Math.floor(12 * random.uniform());
    const plan = pick(PLANS, random.uniform());
    const margin = 0.9 - 0.07 * logins + ticketWeight * tickets - (plan === 'pro' ? 0.8 : 0);
    const left = random.uniform() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
    const known = random.uniform() >= unlabelled;
    const value = 500 + Math.floor(9500 * random.uniform());
    const id = `c${String(k + 1).padStart(4, '0')}`;
    return [
      id,
      logins,
      tickets,
      plan,
      value,
      pick(OWNERS, random.uniform()),
      pick(SEGMENTS, random.uniform()),
      known ? left : '',
    ].join();
  });
  return `${[HEADER, ...lines, ...broken].join('\n')}\n`;
}

function pick(list: readonly string[], at: number): string {
  return list[Math.floor(at * list.length)] ?? '';
}
