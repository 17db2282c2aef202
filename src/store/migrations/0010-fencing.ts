/** Leases count how often they were taken, by which the writes of an owner that lost its lease are known. */
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { addColumn } from './columns.ts';

export async function fencing(db: Kysely<unknown>): Promise<void> {
  await addColumn(db, 'leases', 'token', sql`bigint not null default 0`);
  // How long the lease is given for at a time; 0: not known.
  await addColumn(db, 'leases', 'ttl_ms', sql`bigint not null default 0`);
}
