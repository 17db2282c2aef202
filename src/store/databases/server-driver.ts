/**
 * Kysely over a database server whose connections may break at any time. Every write is in a transaction that leaves
 * a mark (a row of `commits`); where a connection is lost during COMMIT, the mark tells whether the work was kept, so
 * that it is done exactly once. Throws TidewatchErrors only.
 */
import { randomUUID } from 'node:crypto';
import {
  CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import { TidewatchError } from '../../base/errors.ts';
import type { Tables } from '../tables.ts';
import { bindable } from './bindable.ts';
import type { Retry } from './retries.ts';
import { retryOf } from './server-failures.ts';
import { TransactedConnection, type Transactor } from './transacted.ts';

/** What the two servers differ in here. */
export interface Server {
  /** For messages. */
  readonly place: string;
  /** Inserts a mark, `$1` or `?` being its token and its time; and gives the time of a token. */
  readonly markSql: string;
  readonly markTimeSql: string;
  /** Goes on asking whether a commit was kept while the server does not answer. */
  readonly retry: Retry;
  failure(error: unknown): TidewatchError;
  /** True for an error of a statement that found done already what it was to do. */
  isDone(error: unknown, query: CompiledQuery): boolean;
}

/** A row of `commits`. */
interface Mark {
  readonly token: string;
  readonly at: string;
}

/** A dialect of Kysely made safe; `marks.on` once the table of the marks is there. */
export class ServerDialect implements Dialect {
  readonly #inner: Dialect;
  readonly #adapter: DialectAdapter | null;
  readonly #server: Server;
  readonly #marks: { readonly on: boolean };

  constructor(
    inner: Dialect,
    server: Server,
    marks: { readonly on: boolean },
    adapter: DialectAdapter | null = null,
  ) {
    this.#inner = inner;
    this.#server = server;
    this.#marks = marks;
    this.#adapter = adapter;
  }

  createDriver(): Driver {
    return new ServerDriver(this.#inner.createDriver(), this.#server, this.#marks);
  }

  createQueryCompiler(): QueryCompiler {
    return this.#inner.createQueryCompiler();
  }

  createAdapter(): DialectAdapter {
    return this.#adapter ?? this.#inner.createAdapter();
  }

  // biome-ignore lint/suspicious/noExplicitAny: so is Kysely's own signature.
  createIntrospector(db: Kysely<any>): DatabaseIntrospector {
    return this.#inner.createIntrospector(db);
  }
}

const DAY_MS = 86_400_000;

/** Forgets marks that nobody can ask for any more. */
export async function forgetMarks(db: Kysely<Tables>): Promise<void> {
  const before = new Date(Date.now() - DAY_MS).toISOString();
  await db.deleteFrom('commits').where('at', '<', before).execute();
}

class ServerDriver implements Driver, Transactor<ServerConnection> {
  readonly #inner: Driver;
  readonly #server: Server;
  readonly #marks: { readonly on: boolean };

  constructor(inner: Driver, server: Server, marks: { readonly on: boolean }) {
    this.#inner = inner;
    this.#server = server;
    this.#marks = marks;
  }

  /** Whether every write is to be in a transaction. */
  get leavesMarks(): boolean {
    return this.#marks.on;
  }

  init(): Promise<void> {
    return this.#inner.init();
  }

  async acquireConnection(): Promise<ServerConnection> {
    const inner = await this.#telling(() => this.#inner.acquireConnection());
    return new ServerConnection(inner, this.#server, this);
  }

  async beginTransaction(connection: ServerConnection, settings: TransactionSettings): Promise<void> {
    await this.#telling(() => this.#inner.beginTransaction(connection.inner, settings));
    connection.begun = true;
    if (!this.#marks.on) return;
    const mark = { token: randomUUID(), at: new Date().toISOString() };
    try {
      await connection.executeQuery(this.#marking(mark));
    } catch (error) {
      // Kysely rolls back only what has begun.
      await this.rollbackTransaction(connection);
      throw error;
    }
    connection.mark = mark;
  }

  async commitTransaction(connection: ServerConnection): Promise<void> {
    const { mark } = connection;
    try {
      await this.#telling(() => this.#inner.commitTransaction(connection.inner));
    } catch (error) {
      if (mark === null || retryOf(error) !== 'lost' || !(await this.#wasKept(mark))) throw error;
    }
    connection.mark = null;
    connection.begun = false;
  }

  /** A transaction whose connection is gone has been rolled back. */
  async rollbackTransaction(connection: ServerConnection): Promise<void> {
    connection.mark = null;
    connection.begun = false;
    try {
      await this.#telling(() => this.#inner.rollbackTransaction(connection.inner));
    } catch (error) {
      if (retryOf(error) !== 'lost') throw error;
    }
  }

  releaseConnection(connection: ServerConnection): Promise<void> {
    return this.#inner.releaseConnection(connection.inner);
  }

  destroy(): Promise<void> {
    return this.#inner.destroy();
  }

  #marking({ token, at }: Mark): CompiledQuery {
    return CompiledQuery.raw(this.#server.markSql, [token, at]);
  }

  /**
   * Whether the transaction of a mark was kept. Inserts the mark itself, with another time: that waits for a
   * transaction which has inserted it and still goes on, fails if that one was kept, and keeps it from being so if it
   * was not. The time tells whose mark is there, since the answer to the question may be lost as well.
   */
  async #wasKept(mark: Mark): Promise<boolean> {
    const asked = { ...mark, at: new Date(Date.parse(mark.at) + 1).toISOString() };
    const ask = async () => {
      const inner = await this.#telling(() => this.#inner.acquireConnection());
      const connection = new ServerConnection(inner, this.#server, null);
      try {
        return await this.#isThere(connection, mark, asked);
      } finally {
        await this.#inner.releaseConnection(inner);
      }
    };
    try {
      return await this.#server.retry(ask);
    } catch (thrown) {
      throw this.#unknown(this.#server.failure(thrown));
    }
  }

  async #isThere(connection: ServerConnection, mark: Mark, asked: Mark): Promise<boolean> {
    try {
      await connection.executeQuery(this.#marking(asked));
      return false;
    } catch (error) {
      if (this.#server.failure(error).code !== 'internal') throw error;
    }
    const { rows } = await connection.executeQuery<{ at: string }>(
      CompiledQuery.raw(this.#server.markTimeSql, [mark.token]),
    );
    return rows[0]?.at === mark.at;
  }

  #unknown(cause: TidewatchError): TidewatchError {
    const { reason, triedSeconds } = cause.details;
    const tried = triedSeconds === undefined ? '' : ` for ${triedSeconds} s`;
    return new TidewatchError(
      'store-unavailable',
      `The state store ${this.#server.place} was lost at the very moment of a COMMIT, and could not be asked${tried} ` +
        `since: ${reason ?? cause.message}. It is not known whether this last write was kept; if so, then all of it. ` +
        'Bring the server back. Then start again what this was part of: a run sees what is there and does nothing ' +
        'twice; of a note or an outcome, look first whether it is there.',
      { cause, details: { place: this.#server.place, lastWrite: 'unknown' } },
    );
  }

  async #telling<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#server.failure(error);
    }
  }
}

class ServerConnection extends TransactedConnection {
  readonly #server: Server;
  readonly #driver: ServerDriver | null;
  /** Of the transaction that has begun. */
  mark: Mark | null = null;

  /** Without a driver no write gets a transaction of its own. */
  constructor(inner: DatabaseConnection, server: Server, driver: ServerDriver | null) {
    super(inner);
    this.#server = server;
    this.#driver = driver;
  }

  protected get transactor(): ServerDriver | null {
    return this.#driver?.leavesMarks ? this.#driver : null;
  }

  protected override async execute<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    try {
      return await this.inner.executeQuery({ ...query, parameters: query.parameters.map(bindable) });
    } catch (error) {
      if (this.#server.isDone(error, query)) return { rows: [] };
      throw this.#server.failure(error);
    }
  }
}
