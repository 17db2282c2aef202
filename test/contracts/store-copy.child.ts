/** A process of its own for store-copy.test.ts: copies a state and says, a line each time, what share is done. */
import { writeSync } from 'node:fs';
import { copyDatabase } from '../../src/store/state-database.ts';

const [from = '', to = ''] = process.argv.slice(2);

await copyDatabase(from, to, ({ done, total = Number.NaN }) => {
  writeSync(1, `${done / total}\n`);
});
