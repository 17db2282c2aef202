/** A connection of Kysely each of whose writes is in a transaction: one outside of any gets one of its own. */
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';

/** What begins and ends the transactions of a kind of connection. */
export interface Transactor<C> {
  beginTransaction(connection: C, settings: Parameters<Driver['beginTransaction']>[1]): Promise<void>;
  commitTransaction(connection: C): Promise<void>;
  rollbackTransaction(connection: C): Promise<void>;
}

const WRITES = new Set(['InsertQueryNode', 'UpdateQueryNode', 'DeleteQueryNode']);

export abstract class TransactedConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection;
  /** Whether a transaction has begun and not ended; its transactor sets it. */
  begun = false;

  constructor(inner: DatabaseConnection) {
    this.inner = inner;
  }

  /** null: a write outside of a transaction is left as it is. */
  protected abstract get transactor(): Transactor<this> | null;

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { transactor } = this;
    return this.begun || transactor === null || !WRITES.has(query.query.kind)
      ? this.execute(query)
      : this.#transact(transactor, () => this.execute(query));
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery(query);
  }

  protected execute<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.inner.executeQuery<R>(query);
  }

  async #transact<T>(transactor: Transactor<this>, work: () => Promise<T>): Promise<T> {
    await transactor.beginTransaction(this, {});
    try {
      const result = await work();
      await transactor.commitTransaction(this);
      return result;
    } catch (error) {
      await transactor.rollbackTransaction(this);
      throw error;
    }
  }
}
