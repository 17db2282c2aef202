/** Boosted trees fitted to public sets of clients that left, with rows of each to score. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fitIsotonic } from '../../src/core/calibration/isotonic.ts';
import type { ModelInput, SourceBatch } from '../../src/core/columns/source-column.ts';
import type { StoredRow } from '../../src/core/columns/stored-rows.ts';
import type { ModelDocument } from '../../src/core/document/document.ts';
import { fitRecipe, PLAIN_RECIPE } from '../../src/core/features/recipe.ts';
import { fitSources } from '../../src/core/features/source-fit.ts';
import { createTransform } from '../../src/core/features/transform.ts';
import type { BoostingColumn } from '../../src/core/learners/boosting/binner.ts';
import { fitBoostedTrees } from '../../src/core/learners/boosting/fit.ts';
import { createDuckdbEngine } from '../../src/engine/local/duckdb/engine.ts';
import { PUBLIC_SETS_FOLDER } from '../public-sets.ts';
import { modelOf } from './random-models.ts';

export interface PublicSet {
  readonly file: string;
  readonly target: string;
  readonly positive: string;
  readonly numeric: readonly string[];
  readonly categorical: readonly string[];
}

export const PUBLIC_SETS: readonly PublicSet[] = [
  {
    file: 'telco.csv',
    target: 'Churn',
    positive: 'Yes',
    numeric: ['tenure', 'MonthlyCharges', 'TotalCharges'],
    categorical: ['gender', 'Contract', 'PaymentMethod', 'InternetService', 'TechSupport'],
  },
  {
    file: 'Churn_Modelling.csv',
    target: 'Exited',
    positive: '1',
    numeric: ['CreditScore', 'Age', 'Balance', 'EstimatedSalary', 'NumOfProducts'],
    categorical: ['Geography', 'Gender'],
  },
  {
    file: 'churn-bigml-80.csv',
    target: 'Churn',
    positive: 'True',
    numeric: ['Total day minutes', 'Total eve minutes', 'Customer service calls', 'Total intl minutes'],
    categorical: ['State', 'International plan'],
  },
];

/**
 * A model of 60 trees with native categories and isotonic calibration, and every third row of the set, from which
 * it learned nothing: scores of other rows are knots of the calibration, where it may rise by a leap.
 */
export async function fitPublicSet(set: PublicSet): Promise<{ model: ModelDocument; rows: StoredRow[] }> {
  const inputs: ModelInput[] = [
    ...set.numeric.map((name) => ({ name, kind: 'numeric' }) as const),
    ...set.categorical.map((name) => ({ name, kind: 'categorical' }) as const),
  ];
  const { batch, labels } = await readSet(set, inputs);
  const recipe = { ...PLAIN_RECIPE, numeric: 'native', categorical: 'native' } as const;
  const features = fitRecipe(fitSources(inputs, [batch], { knots: 0 }), recipe);
  const columns = createTransform(
    features,
    inputs,
  )(batch).map((values, j): BoostingColumn => {
    const feature = features[j];
    if (feature?.kind !== 'category') return { kind: 'numeric', values };
    const codes = Int32Array.from(values, (value) => (Number.isNaN(value) ? -1 : value));
    return { kind: 'categorical', codes, levels: feature.levels.length };
  });
  const known = Uint32Array.from({ length: batch.rows }, (_, i) => i).filter((i) => i % 3 !== 0);
  const fit = fitBoostedTrees(columns, labels, { trees: 60, rows: known, margins: true });
  const margins = Float64Array.from(known, (i) => fit.margins?.[i] ?? Number.NaN);
  const calibration = fitIsotonic(
    margins,
    Array.from(known, (i) => labels[i] as number),
  );
  const model = modelOf(features, fit.parameters, calibration, { inputs });
  return { model, rows: rowsOf(inputs, batch).filter((_, i) => i % 3 === 0) };
}

async function readSet(
  { file, target, positive, numeric, categorical }: PublicSet,
  inputs: readonly ModelInput[],
): Promise<{ batch: SourceBatch; labels: Uint8Array }> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-readers-'));
  const engine = await createDuckdbEngine({ threads: 1, memoryLimit: '500MB', temporaryFolder: folder });
  try {
    const contract = {
      columns: [
        ...numeric.map((name) => ({ name, role: 'numeric' }) as const),
        ...categorical.map((name) => ({ name, role: 'categorical' }) as const),
        { name: target, role: 'target' } as const,
      ],
      positive,
      negative: null,
      missingTexts: ['', ' '],
    };
    const table = await engine.open({
      kind: 'files',
      paths: [join(PUBLIC_SETS_FOLDER, 'real', file)],
      contract,
      labels: 'required',
    });
    for await (const { rows, columns } of table.stream([...inputs.map(({ name }) => name), target])) {
      const label = columns.at(-1);
      const labels = Uint8Array.from(label?.kind === 'numeric' ? label.values : []);
      return { batch: { rows, columns: columns.slice(0, -1) }, labels };
    }
    throw new Error(`${file} is empty`);
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true });
  }
}

function rowsOf(inputs: readonly ModelInput[], batch: SourceBatch): StoredRow[] {
  return Array.from({ length: batch.rows }, (_, i) =>
    Object.fromEntries(
      inputs.map(({ name }, k) => {
        const column = batch.columns[k];
        if (column?.kind === 'numeric')
          return [name, Number.isNaN(column.values[i]) ? null : (column.values[i] ?? null)];
        return [
          name,
          column?.kind === 'categorical' ? (column.levels[column.codes[i] as number] ?? null) : null,
        ];
      }),
    ),
  );
}
