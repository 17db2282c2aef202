/** Pages of listings. */

export interface Page {
  /** How many records at most: a whole number from 1. */
  readonly limit: number;
  /**
   * Exclusive: the cursor of a listed record (the next page of a listing starts after its last record), or a
   * time alone (only records that started or were created before it, by the clock that they were made by). Anything
   * else is `request-invalid`.
   */
  readonly before?: string;
}

/** A record of a listing with its place in it, opaque, for `Page.before`; no two records of a listing share one. */
export type Listed<T> = T & { readonly cursor: string };
