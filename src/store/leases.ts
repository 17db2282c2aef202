/** Leases: locks with an owner and an end, so that a process that died cannot hold one for ever. */
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { StoreDialect } from './dialect.ts';
import type { LeaseAnswer, LeaseHolder, Store } from './port.ts';
import type { LeasesTable, Tables } from './tables.ts';

type Leases = Pick<Store, 'acquireLease' | 'renewLease' | 'releaseLease'>;

export function createLeases(db: Kysely<Tables>, dialect: StoreDialect): Leases {
  return {
    acquireLease: (name, owner, now, ttlMs) =>
      db.transaction().execute(async (transaction) => {
        const time = (await dialect.now(transaction)) ?? now;
        return await acquire(transaction, dialect, leaseOf(name, owner, time, ttlMs));
      }),
    renewLease: async (name, owner, now, ttlMs) =>
      await renew(db, leaseOf(name, owner, (await dialect.now(db)) ?? now, ttlMs)),
    releaseLease: async (name, owner) => {
      await db.deleteFrom('leases').where('name', '=', name).where('owner', '=', owner).execute();
    },
  };
}

type Lease = Selectable<LeasesTable>;

function leaseOf(name: string, owner: string, now: Date, ttlMs: number): Lease {
  return {
    name,
    owner,
    acquiredAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + ttlMs).toISOString(),
  };
}

/**
 * Inserts the lease where there is none, and else replaces exactly the one that was read, if it has expired or
 * is the owner's own. So it is taken once also where transactions do not exclude each other.
 */
async function acquire(
  transaction: Transaction<Tables>,
  dialect: StoreDialect,
  lease: Lease,
): Promise<LeaseAnswer> {
  await dialect.ifAbsent(transaction.insertInto('leases').values(lease)).execute();
  const holder = await read(transaction, lease.name);
  if (holder.owner !== lease.owner && holder.expiresAt > lease.acquiredAt) return { kind: 'held', holder };
  const { numUpdatedRows } = await transaction
    .updateTable('leases')
    .set({ owner: lease.owner, acquiredAt: lease.acquiredAt, expiresAt: lease.expiresAt })
    .where('name', '=', lease.name)
    .where('owner', '=', holder.owner)
    .where('expiresAt', '=', holder.expiresAt)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return { kind: 'held', holder: await read(transaction, lease.name) };
  return { kind: 'acquired', takenOver: holder.owner === lease.owner ? null : holder };
}

async function read(db: Kysely<Tables>, name: string): Promise<LeaseHolder> {
  return await db
    .selectFrom('leases')
    .select(['owner', 'acquiredAt', 'expiresAt'])
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
}

async function renew(db: Kysely<Tables>, lease: Lease): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('leases')
    .set({ expiresAt: lease.expiresAt })
    .where('name', '=', lease.name)
    .where('owner', '=', lease.owner)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
