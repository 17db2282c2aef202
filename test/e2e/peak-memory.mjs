/** Preloaded into the command (NODE_OPTIONS=--import): as it ends, writes its greatest memory in bytes to PEAK_MEMORY. */
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  process.on('exit', () => {
    writeFileSync(process.env.PEAK_MEMORY, String(process.resourceUsage().maxRSS * 1024));
  });
}
