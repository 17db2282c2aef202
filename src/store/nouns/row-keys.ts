/** Arrays of 8-byte numbers as text columns, in pieces that every database takes. */

/** Rows in one record: 0.5 MB of text for each array. */
const PIECE = 50_000;

/** Bounds [from, to) of the pieces of `length` rows; none where there are no rows. */
export function pieces(length: number): readonly (readonly [number, number])[] {
  return Array.from({ length: Math.ceil(length / PIECE) }, (_, index) => [
    index * PIECE,
    Math.min(length, (index + 1) * PIECE),
  ]);
}

/** Base64 of the keys, little-endian, 8 bytes each. */
export function keysToText(keys: BigUint64Array): string {
  return toText(keys.length, (view, index) => view.setBigUint64(8 * index, keys[index] as bigint, true));
}

/** The keys that `keysToText` wrote. */
export function keysFromText(text: string): BigUint64Array {
  const view = toView(text);
  return BigUint64Array.from({ length: view.byteLength / 8 }, (_, index) =>
    view.getBigUint64(8 * index, true),
  );
}

/** Base64 of doubles, little-endian: every bit comes back. */
export function doublesToText(values: Float64Array): string {
  return toText(values.length, (view, index) => view.setFloat64(8 * index, values[index] as number, true));
}

/** The doubles that `doublesToText` wrote. */
export function doublesFromText(text: string): Float64Array {
  const view = toView(text);
  return Float64Array.from({ length: view.byteLength / 8 }, (_, index) => view.getFloat64(8 * index, true));
}

/** Base64 of floats of 4 bytes, little-endian. */
export function floatsToText(values: Float32Array): string {
  const bytes = Buffer.alloc(4 * values.length);
  for (let index = 0; index < values.length; index++) {
    bytes.writeFloatLE(values[index] as number, 4 * index);
  }
  return bytes.toString('base64');
}

/** The floats that `floatsToText` wrote. */
export function floatsFromText(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(4 * index));
}

function toText(length: number, put: (view: DataView, index: number) => void): string {
  const bytes = Buffer.alloc(8 * length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let index = 0; index < length; index++) put(view, index);
  return bytes.toString('base64');
}

function toView(text: string): DataView {
  const bytes = Buffer.from(text, 'base64');
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
