/** GET /api/v1/events: what happens in runs, as it happens, as server-sent events. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { TidewatchError } from '../../base/errors.ts';
import type { RunEvent } from '../contract.ts';
import { runEventSchema } from '../contract.ts';
import type { DashboardDeps } from '../dashboard-deps.ts';
import { jsonSchemaOf } from '../json-schema.ts';
import { errorAnswers } from './answers.ts';

type Deps = Pick<DashboardDeps, 'running' | 'eventsSince' | 'listen'>;

const MAX_LISTENERS = 64;
const EVENTS = 'text/event-stream; charset=utf-8';
const HEARTBEAT_MS = 15_000;
/** A client that takes no bytes is cut off when so many wait for it. */
const MAX_WAITING_BYTES = 1 << 20;

const schema = {
  operationId: 'events',
  summary: 'Runs as they happen',
  description:
    'Server-sent events: "event" is the kind, "data" is as in the schema of the answer. The first is "hello" with ' +
    'what runs now. Send Last-Event-ID to be told first what was missed. A comment comes every 15 seconds.',
  tags: ['server'],
  produces: ['text/event-stream'],
  response: {
    200: {
      description: 'The events.',
      content: { 'text/event-stream': { schema: jsonSchemaOf(runEventSchema, 'output') } },
    },
    ...errorAnswers(),
  },
};

/** Adds the route. Streams end when the server does. */
export function eventRoutes(app: FastifyInstance, deps: Deps): void {
  const open = new Set<() => void>();
  app.addHook('preClose', (done) => {
    for (const end of open) end();
    done();
  });
  app.get('/api/v1/events', { schema }, async (request, reply) => {
    if (open.size >= MAX_LISTENERS) {
      throw new TidewatchError(
        'too-many-requests',
        `${MAX_LISTENERS} clients listen to events already. Close one, or ask GET /api/v1/runs now and then.`,
      );
    }
    await stream(request, reply, deps, open);
    return reply;
  });
}

async function stream(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: Deps,
  open: Set<() => void>,
): Promise<void> {
  const { raw } = reply;
  const early: string[] = [];
  let write = (text: string): unknown => early.push(text);
  const stop = deps.listen(({ id, event }) => write(render(event, id)));
  const now = await deps.running().catch((error: unknown) => {
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
  const hello: RunEvent = { kind: 'hello', running: now?.run ?? null, steps: now?.steps ?? [] };
  raw.write(`retry: 3000\n${render(hello, null)}`);
  const last = request.headers['last-event-id'];
  const missed = typeof last === 'string' ? deps.eventsSince(last) : [];
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
function render(event: RunEvent, id: string | null): string {
  const head = id === null || event.kind === 'progress' || event.kind === 'log' ? '' : `id: ${id}\n`;
  return `${head}event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`;
}
