/** Sends events as they happen, as server-sent events. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { TidewatchError } from '../base/errors.ts';
import type { EventFeed } from './handler.ts';

interface Event {
  readonly kind: string;
}
type Stream = (request: FastifyRequest, reply: FastifyReply, feed: EventFeed<Event>) => Promise<FastifyReply>;

const MAX_LISTENERS = 64;
const EVENTS = 'text/event-stream; charset=utf-8';
const HEARTBEAT_MS = 15_000;
/** A client that takes no bytes is cut off when so many wait for it. */
const MAX_WAITING_BYTES = 1 << 20;

/** Streams that end when the server does. More than 64 at once are `too-many-requests`. */
export function createEventStreams(app: FastifyInstance): Stream {
  const open = new Set<() => void>();
  app.addHook('preClose', (done) => {
    for (const end of open) end();
    done();
  });
  return async (request, reply, feed) => {
    if (open.size >= MAX_LISTENERS) {
      throw new TidewatchError(
        'too-many-requests',
        `${MAX_LISTENERS} clients listen to events already. Close one, or ask GET /api/v1/runs now and then.`,
      );
    }
    await stream(request, reply, feed, open);
    return reply;
  };
}

async function stream(
  request: FastifyRequest,
  reply: FastifyReply,
  feed: EventFeed<Event>,
  open: Set<() => void>,
): Promise<void> {
  const { raw } = reply;
  const early: string[] = [];
  let write = (text: string): unknown => early.push(text);
  const stop = feed.listen(({ id, event }) => write(render(event, id)));
  const hello = await feed.hello().catch((error: unknown) => {
    stop();
    throw error;
  });
  if (request.method === 'HEAD') {
    stop();
    return void reply.type(EVENTS).send();
  }
  reply.hijack();
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': EVENTS,
    // Proxies that collect answers would hold the events back.
    'x-accel-buffering': 'no',
  });
  raw.write(`retry: 3000\n${render(hello, null)}`);
  const last = request.headers['last-event-id'];
  const missed = typeof last === 'string' ? feed.since(last) : [];
  // What is remembered holds what came since this client began to listen.
  if (missed.length > 0) for (const { id, event } of missed) raw.write(render(event, id));
  else for (const text of early) raw.write(text);
  write = (text) => (raw.writableLength > MAX_WAITING_BYTES ? raw.destroy() : raw.write(text));
  const heartbeat = setInterval(() => raw.write(': still here\n\n'), HEARTBEAT_MS);
  const end = (): void => {
    clearInterval(heartbeat);
    stop();
    open.delete(end);
    raw.end();
  };
  open.add(end);
  raw.once('close', end);
  if (raw.destroyed) end();
}

/** Only what is remembered has an id, so that a client never comes back with one that is not. */
function render(event: Event, id: string | null): string {
  const head = id === null || event.kind === 'progress' || event.kind === 'log' ? '' : `id: ${id}\n`;
  return `${head}event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`;
}
