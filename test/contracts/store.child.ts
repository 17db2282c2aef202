/** A process of its own for store.test.ts: `store.child.ts <what> <url> <name>` does one thing to the store. */
import { writeSync } from 'node:fs';
import { openStore } from '../../src/store/store.ts';

const [what, url = '', name = ''] = process.argv.slice(2);

/** Says a line at once: a write that is still in a buffer when the process is killed would say nothing. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

function runOf(id: string) {
  return {
    id,
    verb: 'run',
    trigger: 'schedule',
    version: '1',
    startedAt: '2026-03-01T08:00:00.000Z',
  } as const;
}

function fileOf(runId: string, index: number) {
  return {
    runId,
    folder: 'input',
    name: `${index}.csv`,
    sha256: `${index}`,
    bytes: 1,
    status: 'accepted',
    reason: null,
    read: 1,
    kept: 1,
    duplicates: 0,
    quarantined: 0,
  } as const;
}

const store = await openStore(url);

if (what === 'open') {
  say(String(await store.ready()));
} else if (what === 'lease') {
  say((await store.acquireLease('run', name, new Date('2026-03-01T08:00:00Z'), 60_000)).kind);
} else if (what === 'write') {
  for (let index = 0; index < 100; index++) await store.startRun(runOf(`${name}-${index}`));
  say('done');
} else if (what === 'write-until-killed') {
  for (let index = 0; ; index++) {
    const id = `${name}-${index}`;
    await store.startRun(runOf(id));
    say(`started ${id}`);
    await store.recordFiles(Array.from({ length: 450 }, (_, file) => fileOf(id, file)));
    say(`recorded ${id}`);
    if (index % 2 === 1) continue;
    await store.finishRun(id, {
      finishedAt: '2026-03-01T08:00:01.000Z',
      status: 'succeeded',
      result: 'no-drift',
      error: null,
      summary: { index },
    });
    say(`finished ${id}`);
  }
}
await store.close();
