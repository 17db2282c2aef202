/** From margin to calibrated probability in a graph, all in doubles. */
import type { Calibration } from '../../document/document.ts';
import type { GraphBuilder, Value } from './graph-builder.ts';

/** The calibrated probability of each margin, in the margin's shape [N, 1]. */
export function calibrationNodes(calibration: Calibration, margin: Value, graph: GraphBuilder): Value {
  switch (calibration.kind) {
    case 'none':
      return graph.add('Sigmoid', [margin]);
    case 'platt': {
      const scaled = graph.add('Mul', [margin, graph.double(calibration.slope)]);
      return graph.add('Sigmoid', [graph.add('Add', [scaled, graph.double(calibration.intercept)])]);
    }
    case 'beta':
      return betaNodes(calibration, margin, graph);
    case 'isotonic':
      return isotonicNodes(calibration, graph.add('Sigmoid', [margin]), graph);
  }
}

/** softplus(x) = max(x, 0) + ln(1 + e^-|x|), as runtimes have Softplus in single precision only. */
function betaNodes(
  { a, b, c }: Extract<Calibration, { kind: 'beta' }>,
  margin: Value,
  graph: GraphBuilder,
): Value {
  const decay = graph.add('Exp', [graph.add('Neg', [graph.add('Abs', [margin])])]);
  const bend = graph.add('Log', [graph.add('Add', [decay, graph.double(1)])]);
  const softplus = (x: Value) => graph.add('Add', [graph.add('Max', [x, graph.double(0)]), bend]);
  const fall = graph.add('Mul', [softplus(graph.add('Neg', [margin])), graph.double(-a)]);
  const rise = graph.add('Mul', [softplus(margin), graph.double(b)]);
  return graph.add('Sigmoid', [graph.add('Add', [graph.add('Add', [fall, rise]), graph.double(c)])]);
}

/** The first knot's value and, of each piece, the share that lies below the raw probability times its rise. */
function isotonicNodes(
  { from, to }: Extract<Calibration, { kind: 'isotonic' }>,
  raw: Value,
  graph: GraphBuilder,
): Value {
  const starts = from.slice(0, -1);
  const rises = starts.map((_, k) => (to[k + 1] as number) - (to[k] as number));
  const widths = starts.map((start, k) => (from[k + 1] as number) - start);
  const first = graph.double(to[0] as number);
  if (starts.length === 0) return graph.add('Add', [graph.add('Mul', [raw, graph.double(0)]), first]);
  const row = (values: readonly number[]) =>
    graph.constant({ type: 'double', dims: [1, values.length], values });
  const shares = graph.add('Div', [graph.add('Sub', [raw, row(starts)]), row(widths)]);
  const kept = graph.add('Clip', [shares, graph.double(0), graph.double(1)]);
  const weights = graph.constant({ type: 'double', dims: [rises.length, 1], values: rises });
  return graph.add('Add', [graph.add('MatMul', [kept, weights]), first]);
}
