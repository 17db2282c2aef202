/** A process of its own for sources-kills.test.ts: `sources.child.ts <url> <folder> <overlap>` pulls the table of clients. */
import { systemClock } from '../../src/base/clock.ts';
import { silentProgress } from '../../src/base/progress.ts';
import { pull } from '../../src/steps/pull/pull.ts';
import { openExternal } from '../../src/store/external/open-external.ts';
import { PULLED_CONTRACT, PULLED_SOURCE } from './pulled-source.ts';

const [url = '', folder = '', overlap = ''] = process.argv.slice(2);
const database = await openExternal(url, { what: 'The source "crm"', timeoutMs: 60_000 });
const source = { ...PULLED_SOURCE, overlap: Number(overlap) };
await pull(
  { database, progress: silentProgress, clock: systemClock },
  { folder, contract: PULLED_CONTRACT, source },
);
await database.close();
