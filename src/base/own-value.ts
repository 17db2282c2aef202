/**
 * What a record of names that people give (columns, units) has under `name` itself; undefined: nothing. A plain lookup would
 * find what every object inherits under "constructor" or "toString".
 */
export function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
