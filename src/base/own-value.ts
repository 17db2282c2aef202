/**
 * What a record of names that people give (columns, units) has under `name` itself; undefined: nothing. A plain lookup would
 * find what every object inherits under "constructor" or "toString".
 */
export function ownValue<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** A record that inherits nothing, so that it may be written under any name, `__proto__` too. */
export function emptyRecord<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}
