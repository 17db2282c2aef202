/** A model as ONNX, so that Python and others open it without this system. */
import { TidewatchError } from '../../../base/errors.ts';
import type { ModelDocument } from '../../document/document.ts';
import { calibrationNodes } from './calibration-nodes.ts';
import { featureMatrix } from './feature-columns.ts';
import { GraphBuilder } from './graph-builder.ts';
import { marginNodes } from './margin-nodes.ts';
import { encodeModel, type Port } from './proto.ts';

/** Of 2021, so that older runtimes open it too. */
const IR_VERSION = 8;
const OPERATOR_SETS = { '': 15, 'ai.onnx.ml': 3 } as const;

/**
 * The bytes of an ONNX model. Inputs are the source columns by name, each [N, 1]: double for numbers, NaN where
 * missing; string for texts, empty where missing. Outputs, each [N]: `label` (int64, 1: leaves) and `probability`
 * (double, calibrated probability of leaving); an input of such a name makes it `label_2` or `probability_2`. Every
 * number is a double, whatever the data: single precision has some seven digits, too few for a date such as 20240612,
 * and an input whose type changed with the data would break who uses the model. Error `value-invalid` for a model
 * without inputs, or with the empty text as a level.
 */
export function renderOnnx(model: ModelDocument): Uint8Array {
  const [first] = model.inputs;
  if (first === undefined)
    throw refused(model, 'it has no inputs, so nothing tells how many clients there are');
  const hasEmptyLevel = model.features.some(
    (feature) =>
      (feature.kind === 'level' && feature.level === '') ||
      ((feature.kind === 'category' || feature.kind === 'target-rate') && feature.levels.includes('')),
  );
  if (hasEmptyLevel) throw refused(model, 'it has the empty text as a level, which means "missing" in ONNX');
  const graph = new GraphBuilder(model.inputs.map(({ name }) => name));
  const [label, probability] = [graph.name('label'), graph.name('probability')];
  const margin = marginNodes(model, featureMatrix(model, graph), first.name, graph);
  const shape = graph.constant({ type: 'int64', dims: [1], values: [-1] });
  graph.add('Reshape', [calibrationNodes(model.calibration, margin, graph), shape], {}, probability);
  graph.cast(graph.add('Greater', [probability, graph.double(model.threshold)]), 'int64', label);
  return encodeModel({
    irVersion: IR_VERSION,
    operatorSets: OPERATOR_SETS,
    producer: { name: 'tidewatch', version: model.certificate.version },
    description: `Probability that ${model.target.column} is ${model.target.positive}. Missing: NaN, or an empty text.`,
    metadata: {
      model: model.version,
      target: model.target.column,
      positive: model.target.positive,
      threshold: String(model.threshold),
    },
    graph: graph.build(
      'tidewatch',
      model.inputs.map(
        ({ name, kind }): Port => ({ name, type: kind === 'numeric' ? 'double' : 'string', dims: ['N', 1] }),
      ),
      [
        { name: label, type: 'int64', dims: ['N'] },
        { name: probability, type: 'double', dims: ['N'] },
      ],
    ),
  });
}

function refused(model: ModelDocument, why: string): TidewatchError {
  return new TidewatchError('value-invalid', `Model ${model.version} cannot be written as ONNX: ${why}.`);
}
