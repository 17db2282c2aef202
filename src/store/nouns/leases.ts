/**
 * Leases: locks with an owner and an end, so that a process that died cannot hold one for ever. Each time that one is
 * taken its token goes up, so that whoever had it before can be told from whoever has it now (fenced-driver.ts).
 */
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { StoreDialect } from '../databases/dialect.ts';
import type { LeaseAnswer, LeaseHolder, LeaseStore } from '../port/leases.ts';
import type { LeasesTable, Tables } from '../tables.ts';

type Leases = Pick<LeaseStore, 'acquireLease' | 'leaseHolder' | 'renewLease' | 'releaseLease'>;

/** The owner of a lease that is free: its row stays, for the token. */
export const NOBODY = '';

export function createLeases(db: Kysely<Tables>, dialect: StoreDialect): Leases {
  return {
    acquireLease: (name, owner, now, ttlMs, above = 0) =>
      db.transaction().execute(async (transaction) => {
        const time = (await dialect.now(transaction)) ?? now;
        return await acquire(transaction, dialect, leaseOf(name, owner, time, ttlMs), above);
      }),
    leaseHolder: async (name, now) => {
      const found = await db.selectFrom('leases').selectAll().where('name', '=', name).executeTakeFirst();
      if (found === undefined || found.owner === NOBODY) return null;
      const time = (await dialect.now(db)) ?? now;
      const { owner, acquiredAt, expiresAt } = found;
      return expiresAt > time.toISOString() ? { owner, acquiredAt, expiresAt } : null;
    },
    renewLease: async (name, owner, now, ttlMs) =>
      await renew(db, leaseOf(name, owner, (await dialect.now(db)) ?? now, ttlMs)),
    releaseLease: async (name, owner) => {
      await db
        .updateTable('leases')
        .set({ owner: NOBODY })
        .where('name', '=', name)
        .where('owner', '=', owner)
        .execute();
    },
  };
}

type Lease = Selectable<LeasesTable>;

function leaseOf(name: string, owner: string, now: Date, ttlMs: number): Omit<Lease, 'token'> {
  return { name, owner, acquiredAt: now.toISOString(), expiresAt: after(now, ttlMs), ttlMs };
}

function after(time: Date | string, ms: number): string {
  return new Date(new Date(time).getTime() + ms).toISOString();
}

/**
 * Replaces exactly the lease that was read, if it is free, has expired or is the owner's own. So it is taken once
 * also where transactions do not exclude each other.
 */
async function acquire(
  transaction: Transaction<Tables>,
  dialect: StoreDialect,
  lease: Omit<Lease, 'token'>,
  above: number,
): Promise<LeaseAnswer> {
  const found = (await read(transaction, lease.name)) ?? (await make(transaction, dialect, lease));
  const isFree = found.owner === NOBODY || found.owner === lease.owner;
  if (!isFree && found.expiresAt > lease.acquiredAt) {
    return { kind: 'held', holder: await believed(transaction, found, lease) };
  }
  const { name, ...fields } = lease;
  const token = Math.max(found.token, above) + 1;
  const { numUpdatedRows } = await transaction
    .updateTable('leases')
    .set({ ...fields, token })
    .where('name', '=', name)
    .where('owner', '=', found.owner)
    .where('expiresAt', '=', found.expiresAt)
    .where('token', '=', found.token)
    .executeTakeFirst();
  // Somebody else took it, or gave it back, in between.
  if (numUpdatedRows === 0n) return await acquire(transaction, dialect, lease, above);
  return { kind: 'acquired', token, takenOver: isFree ? null : holderOf(found) };
}

/** The row of a lease that nobody has had yet. */
async function make(
  transaction: Transaction<Tables>,
  dialect: StoreDialect,
  lease: Omit<Lease, 'token'>,
): Promise<Lease> {
  const row = { ...lease, owner: NOBODY, token: 0 };
  await dialect.ifAbsent(transaction.insertInto('leases').values(row)).execute();
  return await readAgain(transaction, lease.name);
}

/**
 * A lease is given for a time, so one that ends later than that from now was dated by a clock that was ahead. It is
 * cut to that time: an owner that lives renews it, and one that is dead no longer keeps others waiting.
 */
async function believed(
  transaction: Transaction<Tables>,
  found: Lease,
  asked: Omit<Lease, 'token'>,
): Promise<LeaseHolder> {
  const latest = after(asked.acquiredAt, found.ttlMs > 0 ? found.ttlMs : asked.ttlMs);
  if (found.expiresAt <= latest) return holderOf(found);
  await transaction
    .updateTable('leases')
    .set({ expiresAt: latest })
    .where('name', '=', found.name)
    .where('owner', '=', found.owner)
    .where('expiresAt', '=', found.expiresAt)
    .execute();
  return { ...holderOf(found), expiresAt: latest };
}

function holderOf({ owner, acquiredAt, expiresAt }: Lease): LeaseHolder {
  return { owner, acquiredAt, expiresAt };
}

async function read(db: Kysely<Tables>, name: string): Promise<Lease | undefined> {
  return await db.selectFrom('leases').selectAll().where('name', '=', name).executeTakeFirst();
}

async function readAgain(db: Kysely<Tables>, name: string): Promise<Lease> {
  return await db.selectFrom('leases').selectAll().where('name', '=', name).executeTakeFirstOrThrow();
}

async function renew(db: Kysely<Tables>, lease: Omit<Lease, 'token'>): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('leases')
    .set({ expiresAt: lease.expiresAt })
    .where('name', '=', lease.name)
    .where('owner', '=', lease.owner)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
