/** Looks after connections: their requests one after the other, answers that nobody takes, and their end. */
import type { Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { finished } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { TidewatchError } from '../base/errors.ts';
import { answerBare } from './error-answer.ts';

/** Requests of one connection that may wait for the answers before them; it is cut where there are more. */
const MAX_WAITING = 100;
const MAX_CONNECTIONS = 1000;
/** At the end: the time in which a request that is on its way is still taken, on connections without any. */
const IDLE_GRACE_MS = 1000;
const SWEEP_MS = 50;
/** Turns of the event loop without a new connection after which there is none that waits. */
const QUIET_TURNS = 10;

/** What goes on on one connection. */
interface Connection {
  /** The answer that is being made or sent; null: none. */
  open: ServerResponse | null;
  /** Requests that wait until it is sent. */
  readonly waiting: (() => void)[];
  /** When the last answer was sent, by `performance.now()`. */
  idleSince: number;
}

export interface Connections {
  /** Takes no new connections, and resolves when those there are have ended. Does nothing where none are taken. */
  drain(): Promise<void>;
}

/**
 * Adds the rules; call it before all other hooks. A request is begun when the answer to the one before it on its
 * connection is sent, so no more than one answer of a connection is held. A connection whose client has taken none of
 * the bytes that wait for it for `writeTimeoutMs` is cut.
 */
export function lookAfterConnections(app: FastifyInstance, writeTimeoutMs: number): Connections {
  const { server } = app;
  const sockets = new Set<Socket>();
  const connections = new WeakMap<Socket, Connection>();
  let draining = false;
  server.maxConnections = MAX_CONNECTIONS;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  // A tunnel to elsewhere is no call of this API.
  server.on('connect', (_request, socket: Socket) => answerBare(socket, noTunnel()));
  server.setTimeout(writeTimeoutMs, (socket: Socket) => {
    const busy = (connections.get(socket)?.open ?? null) !== null;
    // A call that takes long is waited for.
    if (!busy || socket.writableLength > 0) socket.destroy();
  });
  app.addHook('onRequest', ({ raw: { socket } }, { raw: answer }, done) => {
    const connection = connections.get(socket) ?? { open: null, waiting: [], idleSince: 0 };
    connections.set(socket, connection);
    const begin = (): void => {
      if (socket.destroyed) return;
      connection.open = answer;
      if (draining) closeAfter(connection);
      finished(answer, () => {
        connection.open = null;
        connection.idleSince = performance.now();
        connection.waiting.shift()?.();
      });
      done();
    };
    if (connection.open === null) begin();
    else if (connection.waiting.length < MAX_WAITING) connection.waiting.push(begin);
    else socket.destroy();
  });

  async function drain(): Promise<void> {
    if (!server.listening) return;
    draining = true;
    await acceptWaiting(server);
    // That of the server of HTTP would end idle connections at once, with requests that are on their way to them.
    const ended = new Promise<void>((resolve) => {
      NetServer.prototype.close.call(server, () => resolve());
    });
    const known = () => [...sockets].map((socket) => ({ socket, connection: connections.get(socket) }));
    for (const { connection } of known()) if (connection !== undefined) closeAfter(connection);
    const since = performance.now();
    const endIdle = (): void => {
      for (const { socket, connection } of known()) {
        const idleMs = performance.now() - Math.max(since, connection?.idleSince ?? since);
        if ((connection?.open ?? null) === null && idleMs > IDLE_GRACE_MS) socket.destroySoon();
      }
    };
    // What has arrived by now is read between the timer and the sweep.
    const sweep = setInterval(() => setImmediate(endIdle), SWEEP_MS);
    await ended;
    clearInterval(sweep);
  }

  return { drain };
}

/**
 * Takes the connections that the system has made and Node has not seen yet, one a turn: their requests may have been
 * sent, and would be thrown away with the listener.
 */
async function acceptWaiting(server: Server): Promise<void> {
  const deadline = performance.now() + IDLE_GRACE_MS;
  let quietTurns = 0;
  const heard = (): void => {
    quietTurns = 0;
  };
  server.on('connection', heard);
  for (; quietTurns < QUIET_TURNS && performance.now() < deadline; quietTurns++) await nextTurn();
  server.off('connection', heard);
}

/** Makes the answer that is open say that it is the last of its connection, unless others wait. */
function closeAfter({ open, waiting }: Connection): void {
  if (open !== null && !open.headersSent && waiting.length === 0) open.setHeader('connection', 'close');
}

function noTunnel(): TidewatchError {
  return new TidewatchError('method-not-allowed', 'There is no CONNECT here: this server is no proxy.', {
    details: { method: 'CONNECT', allowed: [] },
  });
}
