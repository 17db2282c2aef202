/** Values that run through a graph when it is evaluated, and operations on them element by element. */
import type { Tensor } from './proto.ts';

/** Numbers in row-major order: doubles, singles, whole numbers, and 1 and 0 for true and false. */
export interface NumberValue {
  readonly kind: 'numbers';
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

export interface TextValue {
  readonly kind: 'texts';
  readonly dims: readonly number[];
  readonly data: readonly string[];
}

export type GraphValue = NumberValue | TextValue;

export function valueOfTensor(tensor: Tensor): GraphValue {
  return tensor.type === 'string'
    ? { kind: 'texts', dims: tensor.dims, data: tensor.values }
    : { kind: 'numbers', dims: tensor.dims, data: Float64Array.from(tensor.values) };
}

/** `apply` to each element. */
export function mapped({ dims, data }: NumberValue, apply: (x: number) => number): NumberValue {
  return { kind: 'numbers', dims, data: data.map(apply) };
}

/**
 * `apply` to the elements of three values at each place; a value with one row, or one column, has it for all. None has
 * more than two dimensions, and one with less is a row.
 */
export function combined(
  given: readonly [NumberValue, NumberValue, NumberValue],
  apply: (x: number, y: number, z: number) => number,
): NumberValue {
  const [x, y, z] = given.map(spread) as [Spread, Spread, Spread];
  const rows = Math.max(x.rows, y.rows, z.rows);
  const columns = Math.max(x.columns, y.columns, z.columns);
  for (const each of [x, y, z]) {
    if ((each.rows !== 1 && each.rows !== rows) || (each.columns !== 1 && each.columns !== columns)) {
      throw new Error(`values of [${given.map(({ dims }) => dims.join(', ')).join('] and [')}] do not fit`);
    }
  }
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      data[i * columns + j] = apply(
        x.data[i * x.rowStep + j * x.columnStep] as number,
        y.data[i * y.rowStep + j * y.columnStep] as number,
        z.data[i * z.rowStep + j * z.columnStep] as number,
      );
    }
  }
  const rank = Math.max(...given.map(({ dims }) => dims.length));
  return { kind: 'numbers', dims: [rows, columns].slice(2 - rank), data };
}

interface Spread {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
  /** From one row to the next, and from one column; 0 where there is one for all. */
  readonly rowStep: number;
  readonly columnStep: number;
}

function spread({ dims, data }: NumberValue): Spread {
  if (dims.length > 2) throw new Error(`a value of ${dims.length} dimensions is not spread`);
  const [rows, columns] = [dims.length === 2 ? (dims[0] as number) : 1, dims.at(-1) ?? 1];
  return { rows, columns, data, rowStep: rows === 1 ? 0 : columns, columnStep: columns === 1 ? 0 : 1 };
}
