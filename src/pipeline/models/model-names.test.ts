import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { duelOf } from '../../../test/stored-values.ts';
import { openLiveFolder } from '../../store/live/live-folder.ts';
import type { Store } from '../../store/port.ts';
import { openStore } from '../../store/store.ts';
import { stackFrom, stackOf } from './deployment-history.ts';
import { aliasesOf, readAliases, resolveVersion } from './model-names.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

describe('stackOf', () => {
  const events = (...texts: string[]) =>
    texts.map((text) => {
      const [verb = '', modelVersion = ''] = text.split(' ');
      return { verb, modelVersion };
    });

  it('goes further back with each rollback, and forth with each other deployment', () => {
    expect(stackOf([])).toEqual([]);
    expect(stackOf(events('run a', 'run b', 'deploy c'))).toEqual(['c', 'b', 'a']);
    expect(stackOf(events('run a', 'run b', 'run c', 'rollback b'))).toEqual(['b', 'a']);
    expect(stackOf(events('run a', 'run b', 'run c', 'rollback b', 'rollback a'))).toEqual(['a']);
    expect(stackOf(events('run a', 'run b', 'rollback a', 'promote b'))).toEqual(['b', 'a']);
    expect(stackOf(events('run a', 'run a', 'run b'))).toEqual(['b', 'a']);
    expect(stackOf(events('run a', 'rollback lost'))).toEqual(['lost', 'a']);
  });

  it('has the newest deployment on top, and no model beside itself, whatever happened', () => {
    const event = fc.record({
      verb: fc.constantFrom('run', 'promote', 'rollback'),
      modelVersion: fc.constantFrom('a', 'b', 'c'),
    });
    fc.assert(
      fc.property(fc.array(event, { minLength: 1 }), (history) => {
        const stack = stackOf(history);
        expect(stack[0]).toBe(history.at(-1)?.modelVersion);
        for (const [index, version] of stack.entries()) expect(stack[index + 1]).not.toBe(version);
      }),
    );
  });
});

describe('stackFrom', () => {
  async function* newestFirst(
    history: readonly { verb: string; modelVersion: string }[],
    read: string[] = [],
  ) {
    for (const event of history.toReversed()) {
      read.push(event.modelVersion);
      yield event;
    }
  }

  it('gives the same as the replay of the whole history, whatever happened', async () => {
    const event = fc.record({
      verb: fc.constantFrom('run', 'promote', 'rollback'),
      modelVersion: fc.constantFrom('a', 'b', 'c', 'd'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event), async (history) => {
        const stack: string[] = [];
        for await (const version of stackFrom(newestFirst(history))) stack.push(version);
        expect(stack).toEqual(stackOf(history));
      }),
    );
  });

  it('reads no more of a long history than it must', async () => {
    const history = Array.from({ length: 1000 }, (_, k) => ({ verb: 'run', modelVersion: `m${k}` }));
    const read: string[] = [];
    const rollback = { verb: 'rollback', modelVersion: 'm998' };
    const stack = stackFrom(newestFirst([...history, rollback], read));
    expect([(await stack.next()).value, (await stack.next()).value]).toEqual(['m998', 'm997']);
    expect(read).toHaveLength(5);
  });
});

describe('the names of models', () => {
  let folder: string;
  let store: Store;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'names-'));
    store = await openStore(join(folder, 'state.db'));
    await store.startRun({ id: 'r', verb: 'run', trigger: 'command', version: '1', startedAt: at(0) });
    for (const [index, version] of ['ab12', 'ab34', 'ab1', 'cd56'].entries()) {
      const createdAt = at(index);
      await store.recordModel({
        version,
        runId: 'r',
        createdAt,
        snapshotId: 's',
        learner: 'x',
        seconds: 1,
        document: {},
      });
    }
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const known = () => ({ live: openLiveFolder(join(folder, 'live')), store: async () => store });

  function goLive(modelVersion: string, second: number) {
    const { files: _, ...manifest } = known().live.publish({
      deployedAt: new Date(at(second)),
      runId: 'r',
      modelVersion,
      f1: 0.5,
      reason: 'test',
      model: '{}',
      score: '0.5\n',
      fileList: '[]\n',
    });
    return { ...manifest, f1: 0.5 };
  }

  it('are a version, or what only one of them begins with', async () => {
    expect(await resolveVersion(known(), 'cd56')).toBe('cd56');
    expect(await resolveVersion(known(), 'c')).toBe('cd56');
    expect(await resolveVersion(known(), 'ab12')).toBe('ab12');
    expect(await resolveVersion(known(), 'ab1')).toBe('ab1');
    await expect(resolveVersion(known(), 'ab')).rejects.toMatchObject({
      code: 'usage',
      message: '3 models begin with ab: ab1, ab34, ab12. Give more of the version.',
    });
    for (const name of ['', 'cd567', '%'])
      await expect(resolveVersion(known(), name)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('follow what is live, also where that was not recorded yet', async () => {
    const none = { champion: null, challenger: null, previous: null };
    expect(await readAliases(known())).toEqual(none);
    for (const name of ['champion', 'challenger', 'previous'])
      await expect(resolveVersion(known(), name)).rejects.toMatchObject({ code: 'not-found' });
    const first = goLive('ab12', 1);
    expect(await readAliases(known())).toEqual({ ...none, champion: 'ab12' });
    await store.recordDeployment(first);
    goLive('cd56', 2);
    const aliases = await readAliases(known());
    expect(aliases).toEqual({ ...none, champion: 'cd56', previous: 'ab12' });
    expect(aliasesOf(aliases, 'ab12')).toEqual(['previous']);
    expect(await resolveVersion(known(), 'previous')).toBe('ab12');
  });

  it('know a challenger only while the model that it challenges is live', async () => {
    await store.recordDeployment(goLive('ab12', 1));
    await store.startChallenge({
      runId: 'r',
      challenger: 'ab34',
      champion: 'ab12',
      openedAt: at(2),
      state: duelOf(1),
    });
    expect((await readAliases(known())).challenger).toBe('ab34');
    goLive('cd56', 3);
    expect((await readAliases(known())).challenger).toBeNull();
  });
});
