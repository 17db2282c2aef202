/** Puts a graph together node by node; each value gets a name of its own. */
import { type Attribute, DATA_TYPE, type Graph, type Node, type Port, type Tensor } from './proto.ts';

/** Name of a value in the graph. */
export type Value = string;

export class GraphBuilder {
  private readonly nodes: Node[] = [];
  private readonly constants = new Map<string, Tensor>();
  private readonly taken: Set<string>;
  /** The number to try next for each wish, and the constant of each double by its text. */
  private readonly numbers = new Map<string, number>();
  private readonly doubles = new Map<string, Value>();

  /** `taken`: names that are not free, those of the inputs. */
  constructor(taken: readonly string[]) {
    this.taken = new Set(taken);
  }

  /** A name that begins with `wish` and is free; it is taken then. */
  name(wish: string): string {
    let name = wish;
    let number = this.numbers.get(wish) ?? 2;
    for (; this.taken.has(name); number++) name = `${wish}_${number}`;
    this.numbers.set(wish, number);
    this.taken.add(name);
    return name;
  }

  /** Adds an operator of ONNX itself; returns its one output. */
  add(
    operator: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, Attribute>> = {},
    output = this.name(operator),
  ): Value {
    this.nodes.push({ operator, domain: '', inputs, outputs: [output], attributes });
    return output;
  }

  /** Adds an operator of ai.onnx.ml. */
  addMl(operator: string, inputs: readonly Value[], attributes: Readonly<Record<string, Attribute>>): Value {
    const output = this.name(operator);
    this.nodes.push({ operator, domain: 'ai.onnx.ml', inputs, outputs: [output], attributes });
    return output;
  }

  constant(tensor: Tensor): Value {
    const name = this.name('constant');
    this.constants.set(name, tensor);
    return name;
  }

  /** A double without dimensions; the same value for the same number. */
  double(value: number): Value {
    const key = Object.is(value, -0) ? '-0' : String(value);
    const known = this.doubles.get(key) ?? this.constant({ type: 'double', dims: [], values: [value] });
    this.doubles.set(key, known);
    return known;
  }

  /** The columns of a matrix [N, count], each [N, 1]. */
  split(matrix: Value, count: number): Value[] {
    const sizes = this.constant({
      type: 'int64',
      dims: [count],
      values: Array.from({ length: count }, () => 1),
    });
    const outputs = Array.from({ length: count }, () => this.name('Split'));
    const attributes = { axis: { kind: 'int', value: 1 } } as const;
    this.nodes.push({ operator: 'Split', domain: '', inputs: [matrix, sizes], outputs, attributes });
    return outputs;
  }

  cast(value: Value, type: 'int64' | 'double', output?: string): Value {
    const to: Attribute = { kind: 'int', value: DATA_TYPE[type] };
    return output === undefined
      ? this.add('Cast', [value], { to })
      : this.add('Cast', [value], { to }, output);
  }

  build(name: string, inputs: readonly Port[], outputs: readonly Port[]): Graph {
    return { name, nodes: this.nodes, constants: this.constants, inputs, outputs };
  }
}
