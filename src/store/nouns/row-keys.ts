/** Arrays of numbers that earlier versions kept as base64 in text columns, little-endian. */

/** Keys of 8 bytes each. */
export function keysFromText(text: string): BigUint64Array {
  const view = toView(text);
  return BigUint64Array.from({ length: view.byteLength / 8 }, (_, index) =>
    view.getBigUint64(8 * index, true),
  );
}

/** Doubles, bit for bit. */
export function doublesFromText(text: string): Float64Array {
  const view = toView(text);
  return Float64Array.from({ length: view.byteLength / 8 }, (_, index) => view.getFloat64(8 * index, true));
}

/** Floats of 4 bytes each. */
export function floatsFromText(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(4 * index));
}

function toView(text: string): DataView {
  const bytes = Buffer.from(text, 'base64');
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
