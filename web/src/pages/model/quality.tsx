/** How good the live model is on the test data: every metric with its interval, and the curves. */
import type { Model, Scoring } from '../../../../src/server/contract.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { formatCount, formatScore, formatValue } from '../../format/numbers.ts';
import { formatTime } from '../../format/times.ts';
import { learnerName, metricName, shortenNumbers } from '../../format/words.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { type EstimateValue, Interval, isEstimate } from '../../parts/estimate.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ServerChart } from '../../parts/server-chart.tsx';
import { Shown } from '../../parts/shown.tsx';
import { ModelNotes } from './notes.tsx';

export function ModelQuality() {
  const scoring = useAnswer('/scoring');
  const model = useAnswer('/api/v1/models/:version', { params: { version: 'champion' } });
  return (
    <>
      <div class="grid wide">
        <Panel
          title="On the test data"
          about="Rows that the model has not learned from. Intervals hold 95 times in 100."
        >
          <Shown answer={scoring}>{(data) => <Metrics scoring={data} />}</Shown>
        </Panel>
        <Panel title="What it is">
          <Shown answer={model}>{(data) => <About model={data} />}</Shown>
        </Panel>
      </div>
      <div class="grid wide">
        <ServerChart name="confusion-matrix" label="Confusion matrix on the test data" />
        <ServerChart
          name="score-histogram"
          label="Histogram of the predicted risks of those who stayed and left"
        />
        <ServerChart name="roc-curve" label="ROC curve with its interval" />
        <ServerChart name="precision-recall-curve" label="Precision-recall curve with its interval" />
        <ServerChart name="reliability" label="Reliability: predicted risk against the share that left" />
        <ServerChart
          name="cumulative-gain"
          label="Cumulative gain: share of leavers reached by calling the top of the list"
        />
      </div>
      <Shown answer={model}>{(data) => <Inputs model={data} />}</Shown>
      <Shown answer={model}>{(data) => <ModelNotes version={data.version} notes={data.notes} />}</Shown>
    </>
  );
}

function Metrics({ scoring }: { readonly scoring: Scoring }) {
  const rows = Object.entries(scoring.metrics).filter((entry): entry is [string, EstimateValue] =>
    isEstimate(entry[1]),
  );
  return (
    <>
      <DataTable
        label="Metrics on the test data"
        columns={[
          {
            head: 'Metric',
            names: true,
            cell: ([name]) => (
              <>
                {metricName(name).title}
                <br />
                <span class="quiet small">{metricName(name).meaning}</span>
              </>
            ),
          },
          { head: 'Value', number: true, cell: ([name, of]) => formatMetric(name, of.value) },
          { head: 'Interval', number: true, cell: ([name, of]) => <Interval of={of} kind={kindOf(name)} /> },
          { head: 'Rows', number: true, cell: ([, of]) => formatCount(of.rows) },
        ]}
        rows={rows}
        keyOf={([name]) => name}
      />
      <p class="small quiet">Scored on {scoring.testRows}.</p>
      {scoring.overlap === null ? null : <p class="small">{scoring.overlap}</p>}
    </>
  );
}

/** Profit is money; every other metric is a score. */
function kindOf(name: string): 'score' | 'value' {
  return name === 'profit' ? 'value' : 'score';
}

function formatMetric(name: string, value: number): string {
  return kindOf(name) === 'score' ? formatScore(value) : formatValue(value);
}

function About({ model }: { readonly model: Model }) {
  const [deployed] = model.deployments;
  return (
    <dl class="pairs">
      <dt>Version</dt>
      <dd>
        <code>{model.version}</code>
      </dd>
      <dt>Kind</dt>
      <dd>
        {learnerName(model.learner)}
        {model.members === null
          ? ''
          : ` of ${model.members.map(({ name, weight }) => `${name} (${Math.round(100 * weight)} %)`).join(', ')}`}
        {model.size === null ? '' : `, ${formatCount(model.size.trees)} trees`}
      </dd>
      <dt>Trained</dt>
      <dd>
        {formatTime(model.createdAt)} on {formatCount(model.rows)} rows
      </dd>
      <dt>Live since</dt>
      <dd>
        {deployed === undefined
          ? '–'
          : `${formatTime(deployed.deployedAt)}: ${shortenNumbers(deployed.reason)}`}
      </dd>
      <dt>Threshold</dt>
      <dd>{formatValue(model.threshold)}</dd>
      <dt>Calibration</dt>
      <dd>{model.calibrationKind}</dd>
      <dt>Predicts</dt>
      <dd>
        {model.target.column} = {model.target.positive}
      </dd>
      <dt>Inputs</dt>
      <dd>{model.inputs.map(({ name }) => name).join(', ')}</dd>
    </dl>
  );
}

/** Named as the comparison of models names them. */
function featureName({ kind, source, level, knot }: Model['features'][number], position: number): string {
  if (typeof source !== 'string') return `feature ${position + 1}`;
  if (kind === 'level') return `${source} is ${level}`;
  if (kind === 'missing') return `${source} is missing`;
  if (kind === 'target-rate') return `rate of ${source}`;
  return kind === 'hinge' ? `${source} above ${knot}` : source;
}

/** The coefficients of a logistic regression or the linear part of an ensemble; nothing for other learners. */
function Inputs({ model }: { readonly model: Model }) {
  const { coefficients, features, intercept } = model;
  if (coefficients === null) return null;
  const rows = coefficients.map((value, k) => ({ name: featureName(features[k] ?? {}, k), value }));
  return (
    <Panel
      title="Coefficients"
      about="Log-odds that one unit of a feature adds; above 0 raises the risk. An ensemble adds those of its trees."
    >
      <DataTable
        label="Coefficients"
        columns={[
          { head: 'Feature', names: true, cell: ({ name }) => name },
          { head: 'Coefficient', number: true, cell: ({ value }) => value.toPrecision(4) },
        ]}
        rows={[...rows, ...(intercept === null ? [] : [{ name: 'intercept', value: intercept }])]}
        keyOf={({ name }) => name}
      />
    </Panel>
  );
}
