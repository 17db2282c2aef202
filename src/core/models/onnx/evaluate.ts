/** Evaluates the bytes of an ONNX model on rows, as a runtime does, to see what they score. */
import { ownValue } from '../../../base/own-value.ts';
import type { StoredRow } from '../../columns/stored-rows.ts';
import { decodeGraph } from './decode.ts';
import { OPERATORS } from './operators.ts';
import type { Graph, Node, Port } from './proto.ts';
import { type GraphValue, valueOfTensor } from './values.ts';

/** What the model says of each row. */
export interface OnnxAnswer {
  readonly labels: readonly number[];
  readonly probabilities: readonly number[];
}

/** Rows evaluated at once, so that wide ones need little memory. */
const ROWS_AT_ONCE = 256;

/**
 * The answers of a model that `renderOnnx` wrote; a missing value is given as NaN, or as the empty text. Only the
 * operators are known that such models have. Throws where the bytes are no such model, or an operator is misused.
 */
export function evaluateOnnx(bytes: Uint8Array, rows: readonly StoredRow[]): OnnxAnswer {
  const graph = decodeGraph(bytes);
  const constants = new Map([...graph.constants].map(([name, tensor]) => [name, valueOfTensor(tensor)]));
  const labels: number[] = [];
  const probabilities: number[] = [];
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const [label, probability] = evaluate(graph, constants, rows.slice(from, from + ROWS_AT_ONCE));
    if (label?.kind !== 'numbers' || probability?.kind !== 'numbers') throw new Error('an output is missing');
    labels.push(...label.data);
    probabilities.push(...probability.data);
  }
  return { labels, probabilities };
}

function evaluate(
  graph: Graph,
  constants: ReadonlyMap<string, GraphValue>,
  rows: readonly StoredRow[],
): (GraphValue | undefined)[] {
  const values = new Map([
    ...constants,
    ...graph.inputs.map((port) => [port.name, fed(port, rows)] as const),
  ]);
  for (const node of graph.nodes) {
    const outputs = operate(node, values);
    node.outputs.forEach((name, k) => {
      values.set(name, outputs[k] as GraphValue);
    });
  }
  return graph.outputs.map(({ name }) => values.get(name));
}

function fed({ name, type }: Port, rows: readonly StoredRow[]): GraphValue {
  const dims = [rows.length, 1];
  if (type === 'string')
    return { kind: 'texts', dims, data: rows.map((row) => String(ownValue(row, name) ?? '')) };
  if (type !== 'double') throw new Error(`the input ${name} is of the type ${type}`);
  return {
    kind: 'numbers',
    dims,
    data: Float64Array.from(rows, (row) => Number(ownValue(row, name) ?? Number.NaN)),
  };
}

function operate(node: Node, values: ReadonlyMap<string, GraphValue>): readonly GraphValue[] {
  const operator = OPERATORS.get(node.operator);
  if (operator === undefined) throw new Error(`the operator ${node.operator} is unknown`);
  const inputs = node.inputs.map((name) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`${node.operator} reads ${name}, which nothing gives`);
    return value;
  });
  const outputs = operator(inputs, node.attributes);
  if (outputs.length !== node.outputs.length)
    throw new Error(`${node.operator} gives ${outputs.length} values`);
  return outputs;
}
