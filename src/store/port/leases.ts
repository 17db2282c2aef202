/** Leases: one owner at a time, such as the run of a workspace. */

export interface LeaseHolder {
  readonly owner: string;
  readonly acquiredAt: string;
  readonly expiresAt: string;
}

/** A lease as its owner has it. */
export interface HeldLease {
  readonly name: string;
  readonly owner: string;
  /** Goes up each time that the lease is taken. */
  readonly token: number;
  /** It is given for so long at a time. */
  readonly ttlMs: number;
}

/** What renews a lease while its process lives, whatever that computes. */
export interface LeaseKeeper {
  close(): Promise<void>;
}

export type LeaseAnswer =
  | { readonly kind: 'acquired'; readonly token: number; readonly takenOver: LeaseHolder | null }
  | { readonly kind: 'held'; readonly holder: LeaseHolder };

export interface LeaseStore {
  /**
   * Takes the lease if it is free or has expired, in one transaction; its token is greater than any before, and than
   * `above`. A lease that ends later than it can have been given for is cut to that, so that a clock which was ahead
   * keeps nobody waiting for longer.
   */
  acquireLease(name: string, owner: string, now: Date, ttlMs: number, above?: number): Promise<LeaseAnswer>;
  /** Who holds the lease and for how long yet; null: it is free, or has expired. */
  leaseHolder(name: string, now: Date): Promise<LeaseHolder | null>;
  /** Extends a lease that `owner` still holds; false if it was taken over. */
  renewLease(name: string, owner: string, now: Date, ttlMs: number): Promise<boolean>;
  /** Gives the lease back; nothing happens if `owner` no longer holds it. */
  releaseLease(name: string, owner: string): Promise<void>;
  /** Renews the lease in a thread and over a connection of its own, until it is closed or the lease is lost. */
  keepLease(lease: HeldLease): LeaseKeeper;
  /** Does work, which must be short, while nobody can take the lease that the store is fenced by. */
  whileHeld<T>(work: () => T): Promise<T>;
}
