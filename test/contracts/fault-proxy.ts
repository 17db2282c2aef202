/** A way to a database server that breaks when told: connections are cut, refused, or cut around a message. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface FaultProxy {
  /** The URL of the server by this way. */
  readonly url: string;
  /** Cuts every connection. */
  cut(): void;
  /** Cuts every connection, and new ones as soon as they come, until told otherwise. */
  refuse(refused: boolean): void;
  /**
   * Cuts the connection of the next such message, `before` it reaches the server, or `after` the server has answered
   * and before the answer is heard; then that of the next cut in the list, each once.
   */
  cutNext(...cuts: Cut[]): void;
  /** Messages that were cut. */
  readonly cuts: number;
  close(): Promise<void>;
}

export interface Cut {
  readonly message: keyof typeof MESSAGES;
  readonly when: 'before' | 'after';
  /** Only of a connection that has sent this since its last COMMIT. */
  readonly of?: RegExp;
  /** Nothing is let through from then on, as after `refuse(true)`. */
  readonly staysAway?: boolean;
}

/** What tells a message: the word of the statement, or the token and the time that a mark is kept with. */
const MESSAGES = {
  commit: /\bcommit\b(?!s)/,
  mark: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}.{1,4}\d{4}-\d\d-\d\dT/s,
};

/** Opens the way to the server of a URL. */
export async function createFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let refused = false;
  let waiting: readonly Cut[] = [];
  let cuts = 0;
  const server = createServer((client) => {
    if (refused) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(port), hostname);
    let silent: Cut | null = null;
    let sent = '';
    const cutBoth = () => {
      client.destroy();
      upstream.destroy();
    };
    const cutAs = ({ staysAway }: Cut) => {
      cuts++;
      if (staysAway === true) refuse(true);
      cutBoth();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', cutBoth).on('close', () => {
        sockets.delete(socket);
        cutBoth();
      });
    }
    client.on('data', (data: Buffer) => {
      const [next, ...rest] = waiting;
      const text = data.toString('latin1');
      const before = sent;
      sent = MESSAGES.commit.test(text) ? '' : before + text;
      if (next !== undefined && MESSAGES[next.message].test(text) && (next.of?.test(before) ?? true)) {
        waiting = rest;
        if (next.when === 'before') return cutAs(next);
        silent = next;
      }
      upstream.write(data);
    });
    upstream.on('data', (data: Buffer) => {
      if (silent !== null) cutAs(silent);
      else client.write(data);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = new URL(target);
  url.port = String(typeof address === 'object' ? address?.port : '');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  function refuse(value: boolean): void {
    refused = value;
    if (value) cut();
  }
  return {
    url: url.href,
    cut,
    refuse,
    cutNext: (...list) => {
      waiting = list;
    },
    get cuts() {
      return cuts;
    },
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
