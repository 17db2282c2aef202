/** For what is tested without a lock: nobody can take it. */
export const HELD = Object.freeze({
  whileHeld: async <T>(work: () => T): Promise<T> => work(),
});
