/** JSON data in text columns. */

/** The value as JSON text; undefined is kept as null, and so is a number that is not finite. */
export function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/** The value that `toJson` kept. */
export function fromJson(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
