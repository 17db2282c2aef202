/** Reads the graph out of the bytes of an ONNX model, as far as `encodeModel` writes one. */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import {
  type Attribute,
  DATA_TYPE,
  type DataType,
  type Graph,
  type Node,
  type Port,
  type Tensor,
} from './proto.ts';

/** The graph of a ModelProto. Throws where the bytes are none, or hold what `encodeModel` does not write. */
export function decodeGraph(bytes: Uint8Array): Graph {
  const fields = new Fields(new Fields(bytes).bytes(7));
  return {
    name: fields.text(2),
    nodes: fields.all(1).map(node),
    constants: new Map(fields.all(5).map((each) => [new Fields(each).text(8), tensor(each)])),
    inputs: fields.all(11).map(port),
    outputs: fields.all(12).map(port),
  };
}

function node(bytes: Uint8Array): Node {
  const fields = new Fields(bytes);
  return {
    inputs: fields.texts(1),
    outputs: fields.texts(2),
    operator: fields.text(4),
    attributes: Object.fromEntries(fields.all(5).map(attribute)),
    domain: fields.text(7),
  };
}

function attribute(bytes: Uint8Array): readonly [string, Attribute] {
  const fields = new Fields(bytes);
  return [fields.text(1), attributeValue(fields)];
}

/** By AttributeProto.AttributeType. */
function attributeValue(fields: Fields): Attribute {
  const type = fields.int(20);
  switch (type) {
    case 2:
      return { kind: 'int', value: fields.int(3) };
    case 3:
      return { kind: 'string', value: fields.text(4) };
    case 4:
      return { kind: 'tensor', value: tensor(fields.bytes(5)) };
    case 7:
      return { kind: 'ints', value: fields.ints(8) };
    case 8:
      return { kind: 'strings', value: fields.texts(9) };
    default:
      throw new Error(`an attribute is of the unknown type ${type}`);
  }
}

function tensor(bytes: Uint8Array): Tensor {
  const fields = new Fields(bytes);
  const [dims, type] = [fields.ints(1), dataType(fields.int(2))];
  switch (type) {
    case 'double':
      return { type, dims, values: fields.doubles(10) };
    case 'int64':
      return { type, dims, values: fields.ints(7) };
    case 'string':
      return { type, dims, values: fields.texts(6) };
    default:
      throw new Error(`a constant is of the type ${type}`);
  }
}

function port(bytes: Uint8Array): Port {
  const fields = new Fields(bytes);
  const tensorType = new Fields(new Fields(fields.bytes(2)).bytes(1));
  const dims = new Fields(tensorType.bytes(2)).all(1).map((each): number | string => {
    const dim = new Fields(each);
    return dim.has(1) ? dim.int(1) : dim.text(2);
  });
  return { name: fields.text(1), type: dataType(tensorType.int(1)), dims };
}

function dataType(code: number): DataType {
  const found = (Object.keys(DATA_TYPE) as DataType[]).find((type) => DATA_TYPE[type] === code);
  if (found === undefined) throw new Error(`the data type ${code} is unknown`);
  return found;
}

const TEXT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Fields of one message by their numbers, each with its values in the order written. */
class Fields {
  private readonly values = new Map<number, (number | Uint8Array)[]>();

  constructor(bytes: Uint8Array) {
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [field, type] = reader.tag();
      if (type !== WireType.Varint && type !== WireType.LengthDelimited) {
        throw new Error(`field ${field} is of the wire type ${type}`);
      }
      const value = type === WireType.Varint ? Number(reader.int64()) : reader.bytes();
      const values = this.values.get(field);
      if (values === undefined) this.values.set(field, [value]);
      else values.push(value);
    }
  }

  has(field: number): boolean {
    return this.values.has(field);
  }

  int(field: number): number {
    const value = this.values.get(field)?.[0];
    if (typeof value !== 'number') throw new Error(`field ${field} holds no whole number`);
    return value;
  }

  /** Messages of a repeated field; empty where there are none. */
  all(field: number): Uint8Array[] {
    return (this.values.get(field) ?? []).map((value) => {
      if (typeof value === 'number') throw new Error(`field ${field} is a number`);
      return value;
    });
  }

  bytes(field: number): Uint8Array {
    const [first] = this.all(field);
    if (first === undefined) throw new Error(`field ${field} is missing`);
    return first;
  }

  texts(field: number): string[] {
    return this.all(field).map((bytes) => TEXT.decode(bytes));
  }

  /** Empty where the field is. */
  text(field: number): string {
    return this.texts(field)[0] ?? '';
  }

  /** Packed. */
  ints(field: number): number[] {
    return this.packed(field, (reader) => Number(reader.int64()));
  }

  /** Packed. */
  doubles(field: number): number[] {
    return this.packed(field, (reader) => reader.double());
  }

  private packed(field: number, read: (reader: BinaryReader) => number): number[] {
    return this.all(field).flatMap((bytes) => {
      const reader = new BinaryReader(bytes);
      const values: number[] = [];
      while (reader.pos < reader.len) values.push(read(reader));
      return values;
    });
  }
}
