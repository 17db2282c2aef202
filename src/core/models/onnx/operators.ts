/** What each operator of a graph computes, for those that models are written with. */
import { sigmoid } from '../../math/sigmoid.ts';
import { type Attribute, DATA_TYPE } from './proto.ts';
import { treeEnsemble } from './tree-operator.ts';
import {
  combined,
  type GraphValue,
  mapped,
  type NumberValue,
  type TextValue,
  valueOfTensor,
} from './values.ts';

type Attributes = Readonly<Record<string, Attribute>>;
type Operator = (inputs: readonly GraphValue[], attributes: Attributes) => readonly GraphValue[];

/** By name; each in the meaning of operator set 15, and of ai.onnx.ml 3. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.entries<Operator>({
    Abs: each(Math.abs),
    Exp: each(Math.exp),
    IsNaN: each((x) => Number(Number.isNaN(x))),
    Log: each(Math.log),
    Neg: each((x) => -x),
    Sigmoid: each(sigmoid),
    Add: both((x, y) => x + y),
    Div: both((x, y) => x / y),
    Greater: both((x, y) => Number(x > y)),
    Less: both((x, y) => Number(x < y)),
    Max: both(Math.max),
    Mul: both((x, y) => x * y),
    Sub: both((x, y) => x - y),
    Clip: all((x, least, largest) => Math.min(Math.max(x, least), largest)),
    Where: all((condition, x, y) => (condition === 1 ? x : y)),
    Cast: cast,
    Concat: concat,
    ConstantOfShape: constantOfShape,
    Flatten: flatten,
    Gather: gather,
    LabelEncoder: labelEncoder,
    MatMul: matMul,
    Reshape: reshape,
    Shape: ([value]) => [
      { kind: 'numbers', dims: [given(value).dims.length], data: Float64Array.from(given(value).dims) },
    ],
    Split: split,
    TreeEnsembleRegressor: ([matrix], attributes) => [treeEnsemble(numbers(matrix), attributes)],
  }),
);

function each(apply: (x: number) => number): Operator {
  return ([value]) => [mapped(numbers(value), apply)];
}

function both(apply: (x: number, y: number) => number): Operator {
  return ([x, y]) => [combined([numbers(x), numbers(y), numbers(y)], apply)];
}

function all(apply: (x: number, y: number, z: number) => number): Operator {
  return ([x, y, z]) => [combined([numbers(x), numbers(y), numbers(z)], apply)];
}

/** Only of truth values and singles, which are whole numbers and doubles as they are. */
function cast([value]: readonly GraphValue[], attributes: Attributes): GraphValue[] {
  const to = intOf(attributes, 'to');
  if (to !== DATA_TYPE.double && to !== DATA_TYPE.int64) throw new Error(`a cast to the type ${to}`);
  return [to === DATA_TYPE.int64 ? mapped(numbers(value), Math.trunc) : numbers(value)];
}

/** Matrices side by side. */
function concat(inputs: readonly GraphValue[], attributes: Attributes): GraphValue[] {
  if (intOf(attributes, 'axis') !== 1) throw new Error('only columns are put together');
  const parts = inputs.map(matrix);
  const [rows, columns] = [parts[0]?.rows ?? 0, parts.reduce((sum, part) => sum + part.columns, 0)];
  const data = new Float64Array(rows * columns);
  let from = 0;
  for (const part of parts) {
    for (let i = 0; i < rows; i++) {
      data.set(part.data.subarray(i * part.columns, (i + 1) * part.columns), i * columns + from);
    }
    from += part.columns;
  }
  return [{ kind: 'numbers', dims: [rows, columns], data }];
}

/** Columns of one each. */
function split(inputs: readonly GraphValue[], attributes: Attributes): GraphValue[] {
  if (intOf(attributes, 'axis') !== 1) throw new Error('only columns are taken apart');
  const { rows, columns, data } = matrix(given(inputs[0]));
  const sizes = numbers(inputs[1]).data;
  if (sizes.length !== columns || sizes.some((size) => size !== 1)) throw new Error('columns of one each');
  return Array.from({ length: columns }, (_, j) => ({
    kind: 'numbers',
    dims: [rows, 1],
    data: Float64Array.from({ length: rows }, (_row, i) => data[i * columns + j] as number),
  }));
}

function constantOfShape([shape]: readonly GraphValue[], attributes: Attributes): GraphValue[] {
  const value = attributes['value'];
  if (value?.kind !== 'tensor') throw new Error('the value is missing');
  const dims = Array.from(numbers(shape).data);
  const data = new Float64Array(product(dims)).fill(numbers(valueOfTensor(value.value)).data[0] as number);
  return [{ kind: 'numbers', dims, data }];
}

function flatten([value]: readonly GraphValue[], attributes: Attributes): GraphValue[] {
  const { dims, data } = numbers(value);
  const axis = intOf(attributes, 'axis');
  return [{ kind: 'numbers', dims: [product(dims.slice(0, axis)), product(dims.slice(axis))], data }];
}

/** Rows of a table. */
function gather(inputs: readonly GraphValue[]): GraphValue[] {
  const { rows, columns, data } = matrix(given(inputs[0]));
  const places = numbers(inputs[1]);
  const gathered = new Float64Array(places.data.length * columns);
  places.data.forEach((place, i) => {
    if (!(place >= 0 && place < rows)) throw new Error(`row ${place} of a table of ${rows}`);
    gathered.set(data.subarray(place * columns, (place + 1) * columns), i * columns);
  });
  return [{ kind: 'numbers', dims: [...places.dims, columns], data: gathered }];
}

function labelEncoder([value]: readonly GraphValue[], attributes: Attributes): GraphValue[] {
  const { dims, data } = texts(value);
  const [keys, codes] = [attributes['keys_strings'], attributes['values_int64s']];
  if (keys?.kind !== 'strings' || codes?.kind !== 'ints') throw new Error('keys or values are missing');
  const codeOf = new Map(keys.value.map((key, k) => [key, codes.value[k] as number]));
  const other = intOf(attributes, 'default_int64');
  return [{ kind: 'numbers', dims, data: Float64Array.from(data, (text) => codeOf.get(text) ?? other) }];
}

function matMul(inputs: readonly GraphValue[]): GraphValue[] {
  const [left, right] = [matrix(given(inputs[0])), matrix(given(inputs[1]))];
  if (left.columns !== right.rows) throw new Error(`${left.columns} columns by ${right.rows} rows`);
  const data = new Float64Array(left.rows * right.columns);
  for (let i = 0; i < left.rows; i++) {
    for (let j = 0; j < right.columns; j++) {
      let sum = 0;
      for (let k = 0; k < left.columns; k++) {
        sum += (left.data[i * left.columns + k] as number) * (right.data[k * right.columns + j] as number);
      }
      data[i * right.columns + j] = sum;
    }
  }
  return [{ kind: 'numbers', dims: [left.rows, right.columns], data }];
}

/** To one dimension. */
function reshape([value, shape]: readonly GraphValue[]): GraphValue[] {
  const dims = numbers(shape).data;
  if (dims.length !== 1 || dims[0] !== -1) throw new Error('only to one dimension');
  const { data } = numbers(value);
  return [{ kind: 'numbers', dims: [data.length], data }];
}

function given(value: GraphValue | undefined): GraphValue {
  if (value === undefined) throw new Error('an input is missing');
  return value;
}

function numbers(value: GraphValue | undefined): NumberValue {
  if (value?.kind !== 'numbers') throw new Error('expected numbers');
  return value;
}

function texts(value: GraphValue | undefined): TextValue {
  if (value?.kind !== 'texts') throw new Error('expected texts');
  return value;
}

function matrix(value: GraphValue): { rows: number; columns: number; data: Float64Array } {
  const { dims, data } = numbers(value);
  const [rows, columns] = dims;
  if (rows === undefined || columns === undefined || dims.length > 2) throw new Error('expected a matrix');
  return { rows, columns, data };
}

function intOf(attributes: Attributes, name: string): number {
  const attribute = attributes[name];
  if (attribute?.kind !== 'int') throw new Error(`the attribute ${name} is missing`);
  return attribute.value;
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}
