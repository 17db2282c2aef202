/** The HTTP server: routes, keys, errors and log over the handlers, with a clean start and end. */
import Fastify, { type FastifyInstance } from 'fastify';
import { isErrno, TidewatchError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { addRoutes } from './add-routes.ts';
import type { Api } from './api.ts';
import { guard, hashKeys } from './api-key.ts';
import { lookAfterConnections } from './connections.ts';
import { answerBrokenRequest, answerErrors, sendError } from './error-answer.ts';
import { learnMethods } from './known-methods.ts';
import { lazySchemas } from './lazy-schemas.ts';
import { isLoopback } from './loopback.ts';
import { describeApi } from './openapi.ts';
import { readBodies } from './request-body.ts';
import { limitRequests } from './request-limit.ts';
import { createRequestIds, logRequests } from './request-log.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { readWebFiles, serveWebFiles } from './web-files.ts';

export interface ServerOptions {
  /** Version of Tidewatch. */
  readonly version: string;
  /** The workspace: its place is in no answer. */
  readonly root: string;
  /** Address or name to listen on. Without a key, one of this machine alone. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** One key or several separated by commas; null: none is asked for. */
  readonly apiKey: string | null;
  readonly log: Log;
  /** Folder with the bundle of the dashboard; null, or without an index.html: there is none. */
  readonly webFolder?: string | null;
  /** Whether /docs describes the API: a server that nobody looks at starts quicker without. */
  readonly described?: boolean;
  /** Largest body taken. */
  readonly bodyLimitBytes?: number;
  /** Most values in a JSON body. */
  readonly bodyValues?: number;
  /** Time for a request to arrive whole. */
  readonly requestTimeoutMs?: number;
  /** Time in which a client must take some of the bytes that wait for it. */
  readonly writeTimeoutMs?: number;
  /** Time that requests under way have to finish at the end, before their connections are cut. */
  readonly shutdownTimeoutMs?: number;
  /** Calls a minute taken from one address; null: any number. */
  readonly requestsPerMinute?: number | null;
}

export interface Server {
  /** Begins to listen. Rejects with `listen-refused` where it may not or cannot. */
  listen(): Promise<{ readonly url: string }>;
  /** Makes a call without a network. */
  readonly inject: FastifyInstance['inject'];
  /** Takes no new connections, lets the requests under way finish, and ends. */
  close(): Promise<void>;
}

const DEFAULTS = {
  bodyLimitBytes: 8 * 1024 * 1024,
  bodyValues: 500_000,
  requestTimeoutMs: 60_000,
  writeTimeoutMs: 30_000,
  shutdownTimeoutMs: 10_000,
  requestsPerMinute: null,
  webFolder: null,
  described: true,
} as const;

/** Time for the path and headers of a request to arrive. */
const HEADERS_TIMEOUT_MS = 15_000;

/** Makes the server ready to listen. An empty API key is `listen-refused`. */
export async function createServer(api: Api, options: ServerOptions): Promise<Server> {
  const config = { ...DEFAULTS, ...options };
  const keys = hashKeys(config.apiKey);
  const app = createApp(config);
  const methodsAt = learnMethods(app);
  const connections = lookAfterConnections(app, config.writeTimeoutMs);
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
    done();
  });
  if (config.webFolder !== null) serveWebFiles(app, readWebFiles(config.webFolder));
  guard(app, keys);
  logRequests(app, config.log);
  answerErrors(app, { log: config.log, root: config.root }, methodsAt);
  readBodies(app, config);
  if (config.requestsPerMinute !== null) await limitRequests(app, config.requestsPerMinute);
  if (config.described) await describeApi(app, config.version, keys !== null);
  addRoutes(app, api);
  // After the hook of the streams of events, which else would be waited for.
  app.addHook('preClose', connections.drain);
  await app.ready();
  return {
    listen: () => listen(app, config, keys !== null),
    inject: app.inject.bind(app),
    close: () => close(app, config.shutdownTimeoutMs),
  };
}

function createApp(
  config: Required<Pick<ServerOptions, 'bodyLimitBytes' | 'requestTimeoutMs' | 'log' | 'root'>>,
): FastifyInstance {
  const context = { log: config.log, root: config.root };
  const app = Fastify({
    logger: false,
    bodyLimit: config.bodyLimitBytes,
    requestTimeout: config.requestTimeoutMs,
    // How often it is looked for requests that come too slowly.
    http: { connectionsCheckingInterval: 5000 },
    genReqId: createRequestIds(),
    // Requests on connections that are still open at the end are answered, and the connection then closed.
    return503OnClosing: false,
    clientErrorHandler: answerBrokenRequest,
    schemaController: { compilersFactory: lazySchemas() },
    // Ids of clients are in paths.
    routerOptions: { maxParamLength: 1000 },
    // A URL that cannot be read is answered before any hook runs.
    frameworkErrors: (error, request, reply) =>
      sendError(error, request, reply.headers(SECURITY_HEADERS), context),
    // Three times as fast for the answers to long requests.
    serializerOpts: { largeArrayMechanism: 'json-stringify', largeArraySize: 1000 },
    // A request is taken as it is or refused: nothing is converted, left out or filled in.
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
        allowUnionTypes: true,
        verbose: true,
      },
    },
  });
  app.server.headersTimeout = HEADERS_TIMEOUT_MS;
  return app;
}

/** Listens, or says why not. */
async function listen(
  app: FastifyInstance,
  { host, port }: Pick<ServerOptions, 'host' | 'port'>,
  keyed: boolean,
): Promise<{ readonly url: string }> {
  if (!keyed && !isLoopback(host)) {
    throw new TidewatchError(
      'listen-refused',
      `Listening on ${host} would show client data to the network, and no API key is set. ` +
        'Set TIDEWATCH_API_KEY, or listen on 127.0.0.1.',
      { details: { host, port } },
    );
  }
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw listenProblem(error, host, port);
  }
  const address = app.server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}` };
}

const LISTEN_ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Another program has that port. Stop it, or set another port (0: any free one).',
  EACCES: 'That port needs more rights. Set one from 1024 up.',
  EADDRNOTAVAIL: 'This machine does not have that address. Set 127.0.0.1, or 0.0.0.0 for all of them.',
  ENOTFOUND: 'That name is not known. Set an address such as 127.0.0.1.',
};

function listenProblem(error: unknown, host: string, port: number): unknown {
  const advice = isErrno(error) ? LISTEN_ADVICE[error.code ?? ''] : undefined;
  if (advice === undefined) return error;
  return new TidewatchError(
    'listen-refused',
    `The server cannot listen on ${host}, port ${port}. ${advice}`,
    {
      details: { host, port },
      cause: error,
    },
  );
}

async function close(app: FastifyInstance, timeoutMs: number): Promise<void> {
  const deadline = setTimeout(() => app.server.closeAllConnections(), timeoutMs);
  try {
    await app.close();
  } finally {
    clearTimeout(deadline);
  }
}
