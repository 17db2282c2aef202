/** Prepares what the first pages ask for, once a server listens: the store, the clients at risk, the charts of the model. */
import { asTidewatchError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { ChartName } from '../report/charts/chart-names.ts';
import type { Api } from './api.ts';
import { risksQuerySchema } from './contract.ts';

export interface WarmUp {
  /** Fulfilled when all is prepared, or nothing more will be. */
  readonly done: Promise<void>;
  /** Begins nothing more, and waits for what is under way. */
  close(): Promise<void>;
}

/** The clients of the first page. */
const FIRST_CLIENTS = risksQuerySchema.parse({ limit: 8 });

/** Charts that the page of the model shows, in its order. */
const MODEL_CHARTS: readonly ChartName[] = [
  'confusion-matrix',
  'roc-curve',
  'precision-recall-curve',
  'reliability',
  'cumulative-gain',
  'score-histogram',
];

/**
 * Asks for each in turn, after the caller has gone on. What cannot be prepared, because nothing is deployed yet or
 * for any other reason, is logged at debug: whoever asks for it is answered why.
 */
export function warmUp(api: Pick<Api, 'today' | 'risks' | 'chart'>, log: Pick<Log, 'debug'>): WarmUp {
  let closed = false;
  const jobs: [name: string, job: () => Promise<unknown>][] = [
    ['today', () => api.today({})],
    ['risks', () => api.risks({ query: FIRST_CLIENTS })],
    ...MODEL_CHARTS.map((name): [string, () => Promise<unknown>] => [
      name,
      async () => (await api.chart({ params: { name }, query: { theme: 'light' } })).draw(),
    ]),
  ];
  const work = async (): Promise<void> => {
    for (const [name, job] of jobs) {
      await new Promise((resolve) => setImmediate(resolve));
      if (closed) return;
      await job().catch((thrown: unknown) => {
        const { code, message } = asTidewatchError(thrown);
        log.debug({ prepared: name, code }, `not prepared: ${message}`);
      });
    }
  };
  const done = work();
  return {
    done,
    close: () => {
      closed = true;
      return done;
    },
  };
}
