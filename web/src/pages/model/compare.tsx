/** What is different between two models, and which is better on the same rows. */
import type { Diff, Models } from '../../../../src/server/contract.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { formatCount, formatScore, formatValue } from '../../format/numbers.ts';
import { formatTime } from '../../format/times.ts';
import { countOf, learnerName } from '../../format/words.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Shown } from '../../parts/shown.tsx';
import { changeQuery, route } from '../../routing/route.ts';

export function ModelCompare() {
  const models = useAnswer('/api/v1/models', { query: { limit: 200 } });
  const { query } = route.value;
  const list = models.data;
  const from = query.get('from') ?? list?.aliases.previous ?? list?.models[1]?.version ?? null;
  const to = query.get('to') ?? list?.aliases.champion ?? null;
  const areChosen = from !== null && to !== null;
  const diff = useAnswer(areChosen ? '/api/v1/models/diff' : null, { query: { from, to } });
  return (
    <Panel
      title="Compare two models"
      about="Both are scored on the same test rows of today, so small differences can be told."
    >
      <Shown
        answer={models}
        empty={(data) =>
          data.models.length < 2 ? 'There is one model only; nothing to compare it with yet.' : null
        }
      >
        {(data) => (
          <div class="row screen-only">
            <ModelChoice
              label="First"
              models={data}
              value={from}
              onChoose={(version) => changeQuery({ from: version })}
            />
            <ModelChoice
              label="Second"
              models={data}
              value={to}
              onChoose={(version) => changeQuery({ to: version })}
            />
          </div>
        )}
      </Shown>
      {areChosen && <Shown answer={diff}>{(data) => <Difference diff={data} />}</Shown>}
    </Panel>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly models: Models;
  readonly value: string | null;
  readonly onChoose: (version: string) => void;
}

function ModelChoice({ label, models, value, onChoose }: ChoiceProps) {
  return (
    <label class="field">
      {label}
      <select value={value ?? ''} onChange={(event) => onChoose(event.currentTarget.value)}>
        {models.models.map(({ version, createdAt, live }) => (
          <option key={version} value={version}>
            {version.slice(0, 12)}, {formatTime(createdAt)}
            {live ? ', live' : ''}
          </option>
        ))}
      </select>
    </label>
  );
}

interface Line {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

function Difference({ diff }: { readonly diff: Diff }) {
  return (
    <>
      <Test diff={diff} />
      <DataTable
        label="What they are"
        columns={[
          { head: 'What', names: true, cell: ({ name }) => name },
          { head: diff.from.slice(0, 12), cell: ({ from }) => from },
          { head: diff.to.slice(0, 12), cell: ({ to }) => to },
        ]}
        rows={linesOf(diff)}
        keyOf={({ name }) => name}
      />
      {diff.coefficients.length > 0 && <Coefficients diff={diff} />}
    </>
  );
}

function Test({ diff: { test, notCompared, from, to } }: { readonly diff: Diff }) {
  if (test === null) return <p class="state">{notCompared}</p>;
  const rows = [
    { name: 'F1', of: test.f1 },
    { name: 'ROC AUC', of: test.rocAuc },
    { name: 'Brier score (lower is better)', of: test.brier },
  ].flatMap(({ name, of }) => (of === null ? [] : [{ name, of }]));
  const { mcnemar } = test;
  return (
    <>
      <DataTable
        label="On the same test rows"
        columns={[
          { head: 'On the same test rows', names: true, cell: ({ name }) => name },
          { head: from.slice(0, 12), number: true, cell: ({ of }) => formatScore(of.champion) },
          { head: to.slice(0, 12), number: true, cell: ({ of }) => formatScore(of.challenger) },
          { head: 'Difference', number: true, cell: ({ of }) => formatScore(of.difference) },
          {
            head: 'Interval',
            number: true,
            cell: ({ of }) => (
              <span class="quiet">
                {of.low === null || of.high === null
                  ? `too few rows (${formatCount(Math.min(test.positives, test.rows - test.positives))} of the smaller class)`
                  : `${formatScore(of.low)} to ${formatScore(of.high)}`}
              </span>
            ),
          },
          { head: 'p', number: true, cell: ({ of }) => formatValue(of.pValue) },
        ]}
        rows={rows}
        keyOf={({ name }) => name}
      />
      <p class="small quiet">
        {formatCount(test.rows)} rows, of which {formatCount(test.positives)} left. Only the first was right
        on {countOf(mcnemar.championAlone, 'row')}, only the second on{' '}
        {countOf(mcnemar.challengerAlone, 'row')} (McNemar, p = {formatValue(mcnemar.pValue)}).
      </p>
    </>
  );
}

function linesOf(diff: Diff): readonly Line[] {
  const { learner, threshold, calibration, training, size, inputs, files, options } = diff;
  const line = (name: string, from: string, to: string): Line => ({ name, from, to });
  const trees = (of: Diff['size']['from']): string =>
    of === null ? '–' : `${of.trees} trees, ${of.leaves} leaves`;
  return [
    line('Kind', learnerName(learner.from), learnerName(learner.to)),
    line('Trained', formatTime(training.from.trainedAt), formatTime(training.to.trainedAt)),
    line('Training rows', formatCount(training.from.rows), formatCount(training.to.rows)),
    line('Of which left', formatCount(training.from.positives), formatCount(training.to.positives)),
    line('Threshold', formatValue(threshold.from.value), formatValue(threshold.to.value)),
    line('Calibration', calibration.from, calibration.to),
    ...(size.from === null && size.to === null ? [] : [line('Size', trees(size.from), trees(size.to))]),
    ...setLine('Only these inputs', inputs),
    ...setLine('Only these files', files),
    ...options.map(({ name, from, to }) => line(`Option ${name}`, JSON.stringify(from), JSON.stringify(to))),
  ];
}

function setLine(name: string, { added, removed }: Diff['files']): readonly Line[] {
  if (added.length === 0 && removed.length === 0) return [];
  return [{ name, from: removed.join(', ') || '–', to: added.join(', ') || '–' }];
}

function Coefficients({ diff }: { readonly diff: Diff }) {
  return (
    <DataTable
      label="Coefficients of both"
      columns={[
        { head: 'Coefficient', names: true, cell: ({ feature }) => feature },
        { head: diff.from.slice(0, 12), number: true, cell: ({ from }) => from?.toPrecision(4) ?? '–' },
        { head: diff.to.slice(0, 12), number: true, cell: ({ to }) => to?.toPrecision(4) ?? '–' },
      ]}
      rows={diff.coefficients}
      keyOf={({ feature }) => feature}
    />
  );
}
