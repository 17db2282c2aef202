import { expect, it } from 'vitest';
import { readEvents, type ServerEvent } from './event-stream.ts';

function streamOf(...parts: readonly string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start: (controller) => {
      for (const part of parts) controller.enqueue(encoder.encode(part));
      controller.close();
    },
  });
}

async function eventsOf(...parts: readonly string[]): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  for await (const event of readEvents(streamOf(...parts))) events.push(event);
  return events;
}

it('puts events together that arrive in pieces, and splits pieces that hold several', async () => {
  const events = await eventsOf(
    'id: 7\nevent: a\nda',
    'ta: {"x":1}\n',
    '\nid: 8\ndata: two\n\ndata: three\n\n',
  );
  expect(events).toEqual([
    { id: '7', data: '{"x":1}' },
    { id: '8', data: 'two' },
    { id: null, data: 'three' },
  ]);
});

it('passes over comments, the time to retry, and an event that was cut off', async () => {
  expect(await eventsOf(': still here\n\nretry: 3000\n\ndata: whole\n\ndata: cut')).toEqual([
    { id: null, data: 'whole' },
  ]);
});

it('joins the lines of one event, and letters that were split between pieces', async () => {
  const bytes = new TextEncoder().encode('data: 5 €\ndata: more\n\n');
  const cut = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(bytes.slice(0, 9));
      controller.enqueue(bytes.slice(9));
      controller.close();
    },
  });
  const events: ServerEvent[] = [];
  for await (const event of readEvents(cut)) events.push(event);
  expect(events).toEqual([{ id: null, data: '5 €\nmore' }]);
});
