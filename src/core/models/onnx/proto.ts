/**
 * The part of onnx.proto that a model needs, written as protocol buffers. Field numbers are those of
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** TensorProto.DataType. */
export const DATA_TYPE = { float: 1, int64: 7, string: 8, bool: 9, double: 11 } as const;
export type DataType = keyof typeof DATA_TYPE;

/** A constant: values in row-major order. */
export type Tensor =
  | { readonly type: 'double'; readonly dims: readonly number[]; readonly values: readonly number[] }
  | { readonly type: 'int64'; readonly dims: readonly number[]; readonly values: readonly number[] }
  | { readonly type: 'string'; readonly dims: readonly number[]; readonly values: readonly string[] };

export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensor'; readonly value: Tensor };

export interface Node {
  readonly operator: string;
  /** Empty for the operators of ONNX itself. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** An input or an output; a text is a dimension of that name, of any size. */
export interface Port {
  readonly name: string;
  readonly type: DataType;
  readonly dims: readonly (number | string)[];
}

export interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly constants: ReadonlyMap<string, Tensor>;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

export interface OnnxModel {
  readonly irVersion: number;
  /** Version of each set of operators, by domain. */
  readonly operatorSets: Readonly<Record<string, number>>;
  readonly producer: { readonly name: string; readonly version: string };
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly graph: Graph;
}

/** The bytes of a ModelProto. */
export function encodeModel(model: OnnxModel): Uint8Array {
  const writer = new Message()
    .int(1, model.irVersion)
    .text(2, model.producer.name)
    .text(3, model.producer.version)
    .text(6, model.description)
    .message(7, graph(model.graph));
  for (const [domain, version] of Object.entries(model.operatorSets)) {
    writer.message(8, new Message().text(1, domain).int(2, version));
  }
  for (const [key, value] of Object.entries(model.metadata)) {
    writer.message(14, new Message().text(1, key).text(2, value));
  }
  return writer.finish();
}

function graph({ name, nodes, constants, inputs, outputs }: Graph): Message {
  const writer = new Message();
  for (const each of nodes) writer.message(1, node(each));
  writer.text(2, name);
  for (const [key, value] of constants) writer.message(5, tensor(value, key));
  for (const each of inputs) writer.message(11, port(each));
  for (const each of outputs) writer.message(12, port(each));
  return writer;
}

function node({ operator, domain, inputs, outputs, attributes }: Node): Message {
  const writer = new Message();
  for (const name of inputs) writer.text(1, name);
  for (const name of outputs) writer.text(2, name);
  writer.text(4, operator);
  for (const [name, each] of Object.entries(attributes)) writer.message(5, attribute(name, each));
  return writer.text(7, domain);
}

function attribute(name: string, each: Attribute): Message {
  const writer = new Message().text(1, name);
  switch (each.kind) {
    case 'int':
      return writer.int(3, each.value).int(20, 2);
    case 'string':
      return writer.text(4, each.value).int(20, 3);
    case 'tensor':
      return writer.message(5, tensor(each.value, '')).int(20, 4);
    case 'ints':
      return writer.ints(8, each.value).int(20, 7);
    case 'strings':
      for (const text of each.value) writer.text(9, text);
      return writer.int(20, 8);
  }
}

function tensor({ type, dims, values }: Tensor, name: string): Message {
  const writer = new Message().ints(1, dims).int(2, DATA_TYPE[type]);
  if (type === 'string') for (const text of values) writer.text(6, text);
  else if (type === 'int64') writer.ints(7, values);
  else writer.doubles(10, values);
  return name === '' ? writer : writer.text(8, name);
}

function port({ name, type, dims }: Port): Message {
  const shape = new Message();
  for (const dim of dims) {
    shape.message(1, typeof dim === 'number' ? new Message().int(1, dim) : new Message().text(2, dim));
  }
  const tensorType = new Message().int(1, DATA_TYPE[type]).message(2, shape);
  return new Message().text(1, name).message(2, new Message().message(1, tensorType));
}

/** Fields of one message, in the order written. */
class Message {
  private readonly writer = new BinaryWriter();

  int(field: number, value: number): this {
    this.writer.tag(field, WireType.Varint).int64(value);
    return this;
  }

  text(field: number, value: string): this {
    this.writer.tag(field, WireType.LengthDelimited).string(value);
    return this;
  }

  ints(field: number, values: readonly number[]): this {
    this.writer.tag(field, WireType.LengthDelimited).fork();
    for (const value of values) this.writer.int64(value);
    this.writer.join();
    return this;
  }

  doubles(field: number, values: readonly number[]): this {
    this.writer.tag(field, WireType.LengthDelimited).fork();
    for (const value of values) this.writer.double(value);
    this.writer.join();
    return this;
  }

  message(field: number, value: Message): this {
    this.writer.tag(field, WireType.LengthDelimited).bytes(value.finish());
    return this;
  }

  finish(): Uint8Array {
    return this.writer.finish();
  }
}
