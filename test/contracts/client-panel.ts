/** Panels of clients with several rows each, made from a seed; `test/golden/panel.py` makes the same rows. */
import { createRandom } from '../../src/base/random.ts';

export interface PanelOptions {
  readonly seed: number;
  readonly clients: number;
  /** Rows of each client, a month apart. */
  readonly months: number;
  /** How much the four inputs of a client say of whether it leaves; 0: nothing. */
  readonly signal: number;
}

export interface PanelRow {
  readonly client: string;
  /** YYYY-MM-DD. */
  readonly at: string;
  readonly inputs: readonly number[];
  readonly left: 0 | 1;
}

const WEIGHTS = [1, -0.7, 0.4, 0];
const BASE = -0.8;
/** How far the inputs of a client move from month to month, beside a spread of 1 between clients. */
const WITHIN = 0.05;

/** The rows of each client are together, its label the same in all of them. */
export function makePanel({ seed, clients, months, signal }: PanelOptions): PanelRow[] {
  const random = createRandom(seed);
  return Array.from({ length: clients }, (_, client) => {
    const centre = WEIGHTS.map(() => random.normal());
    const margin = centre.reduce((sum, x, k) => sum + signal * (WEIGHTS[k] as number) * x, BASE);
    const left = random.uniform() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
    return Array.from(
      { length: months },
      (__, month): PanelRow => ({
        client: `c${seed}-${client}`,
        at: `2024-0${month + 1}-01`,
        inputs: centre.map((x) => Math.floor(1000 * (x + WITHIN * random.normal())) / 1000),
        left,
      }),
    );
  }).flat();
}
