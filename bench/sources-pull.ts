/** One pull in a process of its own, so that its memory can be told: prints seconds, CPU seconds of all threads and rows as JSON. */
import { systemClock } from '../src/base/clock.ts';
import { silentProgress } from '../src/base/progress.ts';
import { pull } from '../src/steps/pull/pull.ts';
import { openExternal } from '../src/store/external/open-external.ts';

const [url = '', folder = '', overlap = '0'] = process.argv.slice(2);
const columns = [
  { name: 'client', role: 'id' },
  { name: 'segment', role: 'categorical' },
  { name: 'lastmonth_activity', role: 'numeric' },
  { name: 'lastyear_activity', role: 'numeric' },
  { name: 'balance', role: 'numeric' },
  { name: 'exited', role: 'target' },
] as const;

const from = performance.now();
const database = await openExternal(url, { what: 'The source "bench"', timeoutMs: 600_000 });
const { rows, known } = await pull(
  { database, progress: silentProgress, clock: systemClock },
  {
    folder,
    contract: { columns, positive: '1', negative: '0', missingTexts: [] },
    source: {
      name: 'bench',
      table: 'clients',
      query: null,
      watermark: 'changed_at',
      overlap: Number(overlap),
      rowsPerFile: 250_000,
    },
  },
);
await database.close();
const { user, system } = process.cpuUsage();
const seconds = (performance.now() - from) / 1000;
process.stdout.write(JSON.stringify({ rows, known, seconds, cpuSeconds: (user + system) / 1e6 }));
