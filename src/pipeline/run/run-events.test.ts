import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEntry } from './run-entry.ts';
import { createRunEvents, type PublishedEvent, type RunEvent } from './run-events.ts';

const entry = (id: string): RunEntry => ({
  id,
  verb: 'run',
  trigger: 'command',
  version: '1.2.3',
  startedAt: '2026-03-01T08:00:00.000Z',
  finishedAt: null,
  seconds: null,
  status: 'running',
  result: null,
  error: null,
});
const started = (id: string): RunEvent => ({ kind: 'run-started', run: entry(id) });
const finished = (id: string): RunEvent => ({
  kind: 'run-finished',
  run: { ...entry(id), status: 'succeeded' },
  said: null,
});

function create(origin = 'p1') {
  let ms = 1000;
  const events = createRunEvents({ elapsedMs: () => ms }, origin);
  const heard: PublishedEvent[] = [];
  const stop = events.listen((told) => heard.push(told));
  const pass = (more: number) => {
    ms += more;
  };
  return { events, heard, stop, pass };
}

describe('createRunEvents', () => {
  it('tells every listener of every event, in order, with ids that count', () => {
    const { events, heard, stop } = create();
    events.publish(started('a'));
    events.relay(started('b'));
    stop();
    events.publish(finished('a'));
    expect(heard).toEqual([
      { id: 'p1-1', event: started('a') },
      { id: 'p1-2', event: started('b') },
    ]);
  });

  it('remembers what came after an event, for one who comes back', () => {
    const { events } = create();
    for (const id of ['a', 'b', 'c']) events.relay(started(id));
    expect(events.since('p1-1').map(({ id }) => id)).toEqual(['p1-2', 'p1-3']);
    expect(events.since('p1-3')).toEqual([]);
    expect(events.since('p1-0')).toHaveLength(3);
  });

  it('says nothing after an event of another process, or after what is no event', () => {
    const { events } = create();
    events.relay(started('a'));
    for (const id of ['p2-0', 'p1', 'p1-', 'p1-x', '', 'x-p1-0', `p1-${'9'.repeat(400)}`]) {
      expect(events.since(id)).toEqual([]);
    }
  });

  it('forgets the oldest of more than 500, and keeps the others in order', () => {
    const { events } = create();
    for (let k = 0; k < 700; k++) events.relay(started(String(k)));
    const told = events.since('p1-0');
    expect(told).toHaveLength(500);
    expect([told[0]?.id, told.at(-1)?.id]).toEqual(['p1-201', 'p1-700']);
  });

  it('tells progress of its own run alone, four times a second at most, and does not remember it', () => {
    const { events, heard, pass } = create();
    const step = { label: 'reading', done: 1, unit: 'rows' } as const;
    events.progress(step);
    events.relay(started('of another process'));
    events.progress(step);
    expect(heard).toHaveLength(1);
    events.publish(started('a'));
    events.progress(step);
    pass(249);
    events.progress({ ...step, done: 2 });
    pass(1);
    events.progress({ ...step, done: 3, total: 9 });
    events.publish(finished('a'));
    pass(1000);
    events.progress(step);
    const told = heard.map(({ event }) => event).filter((event) => event.kind === 'progress');
    expect(told).toEqual([
      { kind: 'progress', runId: 'a', ...step, total: null },
      { kind: 'progress', runId: 'a', ...step, done: 3, total: 9 },
    ]);
    expect(events.since('p1-0').map(({ event }) => event.kind)).not.toContain('progress');
  });

  it('knows its own runs from those of others', () => {
    const { events } = create();
    events.publish(started('mine'));
    events.relay(started('theirs'));
    expect([events.isOwn('mine'), events.isOwn('theirs')]).toEqual([true, false]);
  });

  it('gives whoever comes back what a listener who stayed has heard', () => {
    const kind = fc.constantFrom('start', 'end', 'relay', 'progress');
    fc.assert(
      fc.property(fc.array(kind, { maxLength: 40 }), fc.nat(60), (kinds, place) => {
        const { events, heard, pass } = create();
        kinds.forEach((each, k) => {
          pass(300);
          if (each === 'start') events.publish(started(String(k)));
          else if (each === 'end') events.publish(finished(String(k - 1)));
          else if (each === 'relay') events.relay(finished(String(k)));
          else events.progress({ label: 'x', done: k, unit: 'rows' });
        });
        const missed = heard.slice(place).filter(({ event }) => event.kind !== 'progress');
        expect(events.since(`p1-${place}`)).toEqual(missed);
      }),
    );
  });
});
