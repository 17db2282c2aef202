/** Features of a model as columns of doubles in a graph, source by source. */

import { LARGEST_NUMBER } from '../../columns/number-limit.ts';
import type { Feature, ModelDocument } from '../../document/document.ts';
import { knownLevels, levelTexts } from '../../features/level-texts.ts';
import type { GraphBuilder, Value } from './graph-builder.ts';

/** A matrix of one row a client: the value in the graph, and which feature each of its columns is. */
export interface FeatureMatrix {
  readonly value: Value;
  readonly features: readonly number[];
}

interface Indexed<F extends Feature = Feature> {
  readonly index: number;
  readonly feature: F;
}

/** All features, NaN where the scorer has NaN; null where the model has none. */
export function featureMatrix(model: ModelDocument, graph: GraphBuilder): FeatureMatrix | null {
  const blocks = model.inputs.flatMap(({ name, kind }): FeatureMatrix[] => {
    const features = model.features.flatMap((feature, index): Indexed[] =>
      feature.source === name ? [{ index, feature }] : [],
    );
    if (features.length === 0) return [];
    return kind === 'categorical'
      ? [categoricalBlock(name, features, graph)]
      : numericBlocks(name, features, graph);
  });
  const [first] = blocks;
  if (first === undefined) return null;
  const features = blocks.flatMap((block) => block.features);
  if (blocks.length === 1) return { value: first.value, features };
  const values = blocks.map(({ value }) => value);
  return { value: graph.add('Concat', values, { axis: { kind: 'int', value: 1 } }), features };
}

function numericBlocks(source: Value, features: readonly Indexed[], graph: GraphBuilder): FeatureMatrix[] {
  const value = limited(source, graph);
  const missing = graph.add('IsNaN', [value]);
  const filled = (fill: number): Value => graph.add('Where', [missing, graph.double(fill), value]);
  return features.map(({ index, feature }) => {
    switch (feature.kind) {
      case 'missing':
        return { value: graph.cast(missing, 'double'), features: [index] };
      case 'hinge': {
        const distance = graph.add('Sub', [filled(feature.missing), graph.double(feature.knot)]);
        return { value: graph.add('Max', [distance, graph.double(0)]), features: [index] };
      }
      default: {
        const fill = feature.kind === 'number' ? feature.missing : null;
        return { value: fill === null ? value : filled(fill), features: [index] };
      }
    }
  });
}

/** Numbers beyond the limit of the scorer at it; NaN as it is. */
function limited(value: Value, graph: GraphBuilder): Value {
  const [least, largest] = [graph.double(-LARGEST_NUMBER), graph.double(LARGEST_NUMBER)];
  const above = graph.add('Where', [graph.add('Greater', [value, largest]), largest, value]);
  return graph.add('Where', [graph.add('Less', [above, least]), least, above]);
}

/** A text is looked up once for its row in a table, which holds the values of all features of the column. */
function categoricalBlock(source: Value, features: readonly Indexed[], graph: GraphBuilder): FeatureMatrix {
  const known = features.map(({ feature }) => feature);
  const texts = levelTexts(knownLevels(known, source));
  const keys = [...texts.keys(), ''];
  const place = graph.addMl('LabelEncoder', [source], {
    keys_strings: { kind: 'strings', value: keys },
    values_int64s: { kind: 'ints', value: keys.map((_, k) => k) },
    default_int64: { kind: 'int', value: keys.length },
  });
  const rows = [...texts.values(), null, undefined];
  const table = graph.constant({
    type: 'double',
    dims: [rows.length, features.length],
    values: rows.flatMap((level) => features.map(({ feature }) => categoricalValue(feature, level))),
  });
  const looked = graph.add('Gather', [table, place]);
  return {
    value: graph.add('Flatten', [looked], { axis: { kind: 'int', value: 1 } }),
    features: features.map(({ index }) => index),
  };
}

/** `level`: null is missing, undefined is one that the model has not seen. */
function categoricalValue(feature: Feature, level: string | null | undefined): number {
  switch (feature.kind) {
    case 'missing':
      return level === null ? 1 : 0;
    case 'level':
      return level === feature.level ? 1 : 0;
    case 'category': {
      const code = typeof level === 'string' ? feature.levels.indexOf(level) : -1;
      return code < 0 ? Number.NaN : code;
    }
    case 'target-rate':
      if (level === null) return feature.missing;
      return (
        (level === undefined ? undefined : feature.rates[feature.levels.indexOf(level)]) ?? feature.unseen
      );
    default:
      return Number.NaN;
  }
}
