/**
 * Kysely over the connections of another one, for the owner of a lease alone: each transaction that writes begins by
 * looking whether the lease has been taken by somebody else since, keeps it from being taken until it ends, and fails
 * with `lease-lost` where it has been. A write outside a transaction gets one of its own. Reads are not held back.
 */
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, TransactionSettings } from 'kysely';
import { leaseLost } from '../lease/lease-lost.ts';
import { TransactedConnection, type Transactor } from './transacted.ts';

export interface Fence {
  /** Reads the token of the lease, and keeps its row as it is until the transaction ends. */
  readonly tokenQuery: CompiledQuery;
  /** The token that the owner was given. */
  readonly token: number;
}

/** The dialect with a driver that was made already. */
export function withDriver(dialect: Dialect, driver: Driver): Dialect {
  return {
    createDriver: () => driver,
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
  };
}

/** A driver that several instances of Kysely may have: it is initialised once. */
export function shareable(driver: Driver): Driver {
  let ready: Promise<void> | null = null;
  return {
    init: () => (ready ??= driver.init()),
    acquireConnection: () => driver.acquireConnection(),
    beginTransaction: (connection, settings) => driver.beginTransaction(connection, settings),
    commitTransaction: (connection) => driver.commitTransaction(connection),
    rollbackTransaction: (connection) => driver.rollbackTransaction(connection),
    releaseConnection: (connection) => driver.releaseConnection(connection),
    destroy: () => driver.destroy(),
  };
}

export class FencedDriver implements Driver, Transactor<FencedConnection> {
  readonly #inner: Driver;
  readonly #fence: Fence;

  constructor(inner: Driver, fence: Fence) {
    this.#inner = inner;
    this.#fence = fence;
  }

  init(): Promise<void> {
    return this.#inner.init();
  }

  async acquireConnection(): Promise<FencedConnection> {
    return new FencedConnection(await this.#inner.acquireConnection(), this);
  }

  async beginTransaction(connection: FencedConnection, settings: TransactionSettings): Promise<void> {
    await this.#inner.beginTransaction(connection.inner, settings);
    connection.begun = true;
    try {
      const { rows } = await connection.inner.executeQuery<{ token: number }>(this.#fence.tokenQuery);
      if (Number(rows[0]?.token) !== this.#fence.token) throw leaseLost();
    } catch (error) {
      // Kysely rolls back only what has begun.
      await this.rollbackTransaction(connection);
      throw error;
    }
  }

  async commitTransaction(connection: FencedConnection): Promise<void> {
    await this.#inner.commitTransaction(connection.inner);
    connection.begun = false;
  }

  async rollbackTransaction(connection: FencedConnection): Promise<void> {
    connection.begun = false;
    await this.#inner.rollbackTransaction(connection.inner);
  }

  releaseConnection(connection: FencedConnection): Promise<void> {
    return this.#inner.releaseConnection(connection.inner);
  }

  /** The connections are those of another one, which closes them. */
  async destroy(): Promise<void> {}
}

class FencedConnection extends TransactedConnection {
  protected readonly transactor: FencedDriver;

  constructor(inner: DatabaseConnection, transactor: FencedDriver) {
    super(inner);
    this.transactor = transactor;
  }
}
