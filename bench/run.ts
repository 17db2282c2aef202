/** `npm run bench`: runs the benchmarks named on the command line, or all of them, and prints their tables. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchAccuracy } from './accuracy.ts';
import { benchAlarms } from './alarms.ts';
import { benchClients } from './clients.ts';
import { benchCoverage } from './coverage.ts';
import { benchCycle } from './cycle.ts';
import { benchDashboard } from './dashboard.ts';
import { benchDrift } from './drift.ts';
import { benchEstimates } from './estimates.ts';
import { benchEvents } from './events.ts';
import { benchExcel } from './excel.ts';
import { benchFormats } from './formats.ts';
import { benchGates } from './gates.ts';
import { benchIngest } from './ingest.ts';
import { benchLogistic } from './logistic.ts';
import { measure } from './measure.ts';
import { benchPublish } from './publish.ts';
import { benchRenewal } from './renewal.ts';
import { benchScoring } from './scoring.ts';
import { benchSeenClients } from './seen-clients.ts';
import { benchSequential } from './sequential.ts';
import { benchSources } from './sources.ts';
import { benchStore } from './store.ts';
import { benchTrends } from './trends.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: 'string' },
    autogluon: { type: 'string' },
    sets: { type: 'string' },
    splits: { type: 'string', default: '5' },
    peers: { type: 'string', default: 'defaults' },
    models: { type: 'string', default: 'auto' },
    keep: { type: 'string' },
    data: { type: 'string' },
    threads: { type: 'string', default: '2' },
    curves: { type: 'boolean', default: false },
    rows: { type: 'string', default: '10000,1000000,5000000' },
    runs: { type: 'string', default: '3' },
    scale: { type: 'string', default: '1' },
  },
});

const python = values.python ?? process.env['TIDEWATCH_BENCH_PYTHON'] ?? null;

/** Rows of the benchmarks that take one number of them. */
const million = values.rows.includes(',') ? 1_000_000 : Number(values.rows);

const BENCHMARKS: Readonly<Record<string, () => Promise<string>>> = {
  cycle: () =>
    benchCycle({
      python,
      rows: values.rows.split(',').map(Number),
      runs: Number(values.runs),
    }),
  clients: () => benchClients(values.rows.includes(',') ? 12_000_000 : Number(values.rows)),
  coverage: async () => benchCoverage(Number(values.scale)),
  excel: () => benchExcel({ python, rows: million, runs: Number(values.runs) }),
  formats: () => benchFormats({ rows: million, runs: Number(values.runs) }),
  events: () => benchEvents({ python, events: values.rows.includes(',') ? 10_000_000 : Number(values.rows) }),
  gates: () => benchGates(),
  ingest: () => benchIngest({ rows: million, runs: Number(values.runs) }),
  publish: () => benchPublish(million),
  accuracy: () =>
    benchAccuracy({
      data: values.data ?? null,
      python,
      autogluon: values.autogluon ?? null,
      sets: values.sets ?? null,
      splits: Number(values.splits),
      peers: values.peers,
      models: values.models,
      keep: values.keep ?? null,
      threads: Number(values.threads),
      curves: values.curves,
    }),
  alarms: () => benchAlarms(),
  estimates: () => benchEstimates(python),
  drift: () => benchDrift({ python, runs: Number(values.runs) }),
  boosting: () => benchBoosting(),
  renewal: () => benchRenewal(),
  scoring: async () => benchScoring(),
  seen: () => benchSeenClients(),
  sequential: async () => benchSequential(),
  sources: () => benchSources(),
  store: () => benchStore(Number(values.scale)),
  trends: () => benchTrends(),
  dashboard: () => benchDashboard(),
  logistic: () => benchLogistic({ python, runs: Math.max(5, Number(values.runs)) }),
};

/** A process of its own, since it starts threads and measures memory. */
async function benchBoosting(): Promise<string> {
  const script = join(import.meta.dirname, 'boosting.ts');
  const peers = python === null ? [] : ['--python', python];
  return (await measure(process.execPath, ['--import', 'tsx', script, '--runs', values.runs, ...peers]))
    .output;
}

for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHMARKS)) {
  const bench = BENCHMARKS[name];
  if (bench === undefined)
    throw new Error(`No benchmark "${name}"; there are: ${Object.keys(BENCHMARKS).join(', ')}.`);
  console.log(`## ${name}\n\n${await bench()}`);
}
