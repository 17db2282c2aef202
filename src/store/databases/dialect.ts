/** What a database must say about itself to be a state store; all SQL that is not portable is behind this. */
import type {
  CreateTableBuilder,
  Dialect,
  InsertQueryBuilder,
  InsertResult,
  Kysely,
  KyselyPlugin,
  RawBuilder,
  Transaction,
} from 'kysely';
import type { Tables } from '../tables.ts';

/** The type of text of any length, such as a model document of many megabytes, and how columns are numbered. */
export interface SchemaDialect {
  readonly longText: 'text' | RawBuilder<unknown>;
  /** Adds the primary key `seq`, which counts up with every insert and is never used again. */
  addSequence<TB extends string, C extends string>(
    table: CreateTableBuilder<TB, C>,
  ): CreateTableBuilder<TB, C | 'seq'>;
}

export interface StoreDialect extends SchemaDialect {
  /** How Kysely speaks to it. Its connection throws TidewatchErrors, and its transactions begin as writers. */
  readonly kysely: Dialect;
  /** What it is, such as `PostgreSQL 15.3`. */
  readonly product: string;
  /** What it changes of every query. */
  readonly plugins: readonly KyselyPlugin[];
  /** The schema that holds the tables; null: the one that the connection is in. */
  readonly migrationSchema: string | null;
  /** Names of the migrations that the database has; none where it is new. */
  appliedMigrations(db: Kysely<Tables>): Promise<readonly string[]>;
  /** Called once the tables are this version's. */
  onCurrent(db: Kysely<Tables>): Promise<void>;
  /** Makes an insert do nothing for a row whose key is there already. */
  ifAbsent<T extends keyof Tables>(
    query: InsertQueryBuilder<Tables, T, InsertResult>,
  ): InsertQueryBuilder<Tables, T, InsertResult>;
  /** A transaction that, once it has returned, survives the loss of power, with all that came before it. */
  durably<T>(db: Kysely<Tables>, work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** Ends a query whose rows are to stay as they are until the transaction ends. */
  readonly keepsRows: RawBuilder<unknown>;
  /** The time by the database's own clock; null where it has none but this machine's. */
  now(db: Kysely<Tables>): Promise<Date | null>;
  /** Lets `seq` of a table count on from the greatest one, after rows were put there with theirs. */
  resumeSequence(db: Kysely<Tables>, table: string): Promise<void>;
  /** Ends the connection. Queries after it are `store-unavailable`. */
  close(db: Kysely<Tables>): Promise<void>;
}
