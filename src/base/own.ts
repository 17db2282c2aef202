/** Reads a record by a name that came from outside: what every object has by itself (`constructor`) is not in it. */

export function ownValue<Value>(
  record: Readonly<Record<string, Value>> | undefined,
  name: string,
): Value | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** A record that has nothing by itself, so that any name may be put into it, `__proto__` too. */
export function emptyRecord<Value>(): Record<string, Value> {
  return Object.create(null) as Record<string, Value>;
}
