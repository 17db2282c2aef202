/** What every state store keeps of clients: how they were scored, notes, outcomes, and rows that were re-admitted. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadmissionRecord } from '../../src/store/port/readmissions.ts';
import type { Store } from '../../src/store/port.ts';
import { openStore } from '../../src/store/store.ts';
import { at, run, STORES } from './stores.ts';

/** More than a record of a table, an INSERT or a list of parameters takes. */
const MANY = 1203;
const TEXT = 'größer als 東京 🌊 \'"\\ \n;--';

describe.each(STORES)('the clients of a state store in $name', ({ newUrl }) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(newUrl());
  });
  afterAll(() => store.close());

  let runs = 0;
  /** Keeps a scoring of some clients; returns its run. */
  async function score(clients: readonly number[], keep = 1e9, model = 'm'): Promise<string> {
    const id = `scoring${++runs}`;
    await store.startRun(run(id, at(runs)));
    await store.recordScoring(
      {
        runId: id,
        modelVersion: model,
        snapshotId: `s${runs}`,
        createdAt: at(runs),
        clients: clients.length,
        reference: id.padStart(64, '0'),
      },
      keep,
    );
    return id;
  }
  it('know nothing at first', async () => {
    expect(await store.scorings(9)).toEqual([]);
    expect(await store.clientNotes('nobody', 9)).toEqual([]);
    expect(await store.outcomes('nobody', 9)).toEqual([]);
    expect(await store.waitingOutcomes(9)).toEqual([]);
    expect(await store.readmissions('nobody.csv')).toEqual([]);
  });

  it('list the scorings, newest first', async () => {
    const first = await score([1, 2], 1e9, 'old');
    const second = await score([2], 1e9, 'new');
    const [newest, before] = await store.scorings(2);
    expect(newest).toEqual({
      runId: second,
      modelVersion: 'new',
      snapshotId: expect.any(String),
      createdAt: expect.any(String),
      clients: 1,
      reference: second.padStart(64, '0'),
    });
    expect(before?.runId).toBe(first);
  });

  it('forget the oldest scorings beyond what is kept, and never the newest two', async () => {
    const ids = [await score([1, 2, 3]), await score([1, 2, 3])];
    ids.push(await score([1, 2, 3], 6));
    expect((await store.scorings(9)).map(({ runId }) => runId)).toEqual([ids[2], ids[1]]);
    const references = await store.keptReferences();
    expect(ids.map((id) => references.has(id.padStart(64, '0')))).toEqual([false, true, true]);
    ids.push(await score([1, 2, 3], 1));
    expect((await store.scorings(9)).map(({ runId }) => runId)).toEqual([ids[3], ids[2]]);
  });

  it('keep notes of a client, newest first, those of the same moment in the order told', async () => {
    const note = { clientId: 'ünï', createdAt: at(2), author: TEXT, text: TEXT };
    await store.recordClientNote({ ...note, createdAt: at(1), text: 'first' });
    await store.recordClientNote(note);
    await store.recordClientNote({ ...note, text: 'third' });
    await store.recordClientNote({ ...note, clientId: 'other' });
    expect((await store.clientNotes('ünï', 9)).map(({ text }) => text)).toEqual(['third', TEXT, 'first']);
    expect(await store.clientNotes('ünï', 2)).toEqual([{ ...note, text: 'third' }, note]);
  });

  it('tell clients apart by every letter of their id', async () => {
    const note = { createdAt: at(1), author: 'a', text: 't' };
    for (const clientId of ['case', 'CASE', 'case ', 'cäse']) {
      await store.recordClientNote({ ...note, clientId });
    }
    for (const clientId of ['case', 'CASE', 'case ', 'cäse']) {
      expect(await store.clientNotes(clientId, 9)).toEqual([{ ...note, clientId }]);
    }
  });

  it('keep outcomes, and wait for those that are labels to come, in the order told', async () => {
    const outcome = { clientId: 'c1', createdAt: at(3), at: at(1), author: 'Ada' } as const;
    await store.recordOutcome({ ...outcome, outcome: 'contacted' });
    await store.recordOutcome({ ...outcome, outcome: 'left', createdAt: at(2) });
    await store.recordOutcome({ ...outcome, outcome: 'stayed', clientId: 'c2' });
    const told = await store.outcomes('c1', 9);
    // What was recorded last comes first, whatever a clock said.
    expect(told).toEqual([
      { ...outcome, outcome: 'left', createdAt: at(2), settled: false, file: null },
      { ...outcome, outcome: 'contacted', settled: true, file: null },
    ]);
    const waiting = await store.waitingOutcomes(9);
    expect(waiting.map((each) => [each.clientId, each.outcome])).toEqual([
      ['c1', 'left'],
      ['c2', 'stayed'],
    ]);
    expect(await store.waitingOutcomes(1)).toEqual(waiting.slice(0, 1));
    await store.settleOutcomes([waiting[0]?.seq ?? 0], 'outcomes.csv');
    await store.settleOutcomes([waiting[1]?.seq ?? 0], null);
    await store.settleOutcomes([], 'nothing.csv');
    expect(await store.waitingOutcomes(9)).toEqual([]);
    expect((await store.outcomes('c1', 9))[0]).toMatchObject({ settled: true, file: 'outcomes.csv' });
    expect(await store.outcomes('c2', 9)).toMatchObject([{ settled: true, file: null }]);
  });

  it('settle more outcomes at once than a statement has parameters', async () => {
    for (let k = 0; k < MANY; k++) {
      await store.recordOutcome({
        clientId: `many${k}`,
        createdAt: at(1),
        outcome: 'left',
        at: at(1),
        author: 'a',
      });
    }
    const waiting = await store.waitingOutcomes(MANY + 1);
    expect(waiting).toHaveLength(MANY);
    await store.settleOutcomes(
      waiting.slice(1).map(({ seq }) => seq),
      'many.csv',
    );
    expect((await store.waitingOutcomes(9)).map(({ clientId }) => clientId)).toEqual(['many0']);
  });

  it('remember every row that was re-admitted, by its file, in the order told', async () => {
    const rowOf = (line: number): ReadmissionRecord => ({
      name: 'a.csv',
      line,
      sha256: line.toString(16).padStart(64, '0'),
      createdAt: at(1),
      file: 'readmitted.csv',
    });
    const rows = Array.from({ length: MANY }, (_, k) => rowOf(MANY - k));
    await store.recordReadmissions(rows);
    await store.recordReadmissions([{ ...rowOf(2 ** 31), name: 'A.csv' }]);
    await store.recordReadmissions([]);
    expect(await store.readmissions('a.csv')).toEqual(rows);
    expect(await store.readmissions('A.csv')).toHaveLength(1);
  });
});
