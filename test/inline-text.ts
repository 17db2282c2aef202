/** Arrays of numbers as earlier versions kept them in text columns: base64, little-endian. */

type Numbers = BigUint64Array | Float64Array | Float32Array;

export function toText(numbers: Numbers): string {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64');
}
