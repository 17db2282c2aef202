/** The alarm, the metrics beside it, the other rules in words, and the estimate without labels beside the truth. */
import { DRIFT_RULE_NAMES, DRIFT_RULES, type DriftRuleName } from '../../../../src/config/drift-rules.ts';
import type { Drift } from '../../../../src/server/contract.ts';
import { formatCount, formatScore, formatValue } from '../../format/numbers.ts';
import { metricName, shortenNumbers } from '../../format/words.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { type EstimateValue, Interval } from '../../parts/estimate.tsx';
import { Badge } from '../../parts/marks.tsx';
import { Panel } from '../../parts/panel.tsx';
import { DriftRisk } from './risk.tsx';

type Look = NonNullable<Drift['look']>;

/** The rules that have no panel of their own. A look has no verdict of a rule that came later. */
const OTHER_RULES = DRIFT_RULE_NAMES.filter((rule) => rule !== 'sequential');

interface Props {
  readonly look: Look;
  readonly records: Drift['estimateRecords'];
}

export function DriftPerformance({ look, records }: Props) {
  return (
    <>
      <DriftRisk look={look} />
      <Metrics look={look} />
      <div class="grid">
        {OTHER_RULES.filter((rule) => Object.hasOwn(look.verdicts, rule)).map((rule) => (
          <RuleVerdict key={rule} rule={rule} look={look} />
        ))}
      </div>
      <Estimated look={look} records={records} />
    </>
  );
}

function RuleVerdict({ rule, look }: { readonly rule: DriftRuleName; readonly look: Look }) {
  const { title, about, found, notFound } = DRIFT_RULES[rule];
  const verdict = look.verdicts[rule];
  const decides = look.rule === rule;
  return (
    <Panel
      title={title}
      about={about ?? undefined}
      actions={decides ? <Badge kind="accent">decides</Badge> : undefined}
    >
      <p>
        {verdict.drift ? (
          <Badge kind={decides ? 'act' : 'plain'}>{found}</Badge>
        ) : verdict.rowsNeeded !== null ? (
          <Badge>too few rows to say</Badge>
        ) : (
          <Badge kind="good">{notFound}</Badge>
        )}
      </p>
      <p class="small">{shortenNumbers(verdict.reason)}</p>
      <p class="small quiet">
        {formatCount(verdict.rows)} new rows with a known outcome
        {verdict.rowsNeeded === null ? '' : `; ${formatCount(verdict.rowsNeeded)} would do`}
      </p>
    </Panel>
  );
}

function Metrics({ look }: { readonly look: Look }) {
  const { monitor } = look;
  const views = [monitor.f1, monitor.brier, ...(monitor.profit === null ? [] : [monitor.profit])];
  return (
    <Panel
      title="Beside the held-out rows"
      about={`All ${formatCount(monitor.rows)} rows with a known outcome since the model went live. The ranges hold at all looks at once. These do not alarm by themselves.`}
    >
      <DataTable
        label="Metrics since the model went live"
        columns={[
          { head: 'Measure', names: true, cell: ({ metric }) => metricName(metric).title },
          { head: 'Seen', number: true, cell: ({ metric, observed }) => formatReading(metric, observed) },
          {
            head: 'Range',
            number: true,
            cell: ({ metric, low, high }) => (
              <span class="quiet">
                {formatReading(metric, low)} to {formatReading(metric, high)}
              </span>
            ),
          },
          { head: 'Rows', number: true, cell: ({ rows }) => formatCount(rows) },
          { head: 'In words', cell: ({ sentence }) => <span class="small">{shortenNumbers(sentence)}</span> },
        ]}
        rows={views}
        keyOf={({ metric }) => metric}
        cards
      />
    </Panel>
  );
}

/** Profit is money, the others are scores. */
function formatReading(metric: Look['monitor']['f1']['metric'], value: number | null): string {
  return metric === 'profit' ? formatValue(value) : formatScore(value);
}

interface Line {
  readonly name: string;
  readonly estimate: EstimateValue;
  readonly truth: number | null;
}

function Estimated({ look: { estimated }, records }: Props) {
  const title = 'Estimated without labels';
  if (estimated === null) {
    return (
      <Panel title={title}>
        <p class="state">There was nothing to estimate at this look.</p>
      </Panel>
    );
  }
  const { estimate, truth, method, reason, rows, of } = estimated;
  const truths = new Map<string, number | null>(Object.entries(truth?.metrics ?? {}));
  const past = new Map<string, { readonly meanAbsoluteError: number | null }>(Object.entries(records));
  const lines = Object.entries(estimate.metrics).flatMap(([name, value]): Line[] =>
    value === null ? [] : [{ name, estimate: value, truth: truths.get(name) ?? null }],
  );
  return (
    <Panel
      title={title}
      about={`What the model's own probabilities say of ${formatCount(rows)} rows ${of === 'waiting' ? 'whose outcome is not known yet' : 'whose outcome is known by now'}, by ${method.toUpperCase()}. ${shortenNumbers(reason)}`}
    >
      <DataTable
        label="Estimates beside the truth"
        columns={[
          { head: 'Metric', names: true, cell: ({ name }) => metricName(name).title },
          { head: 'Estimate', number: true, cell: ({ estimate: e }) => formatValue(e.value) },
          { head: 'Band', number: true, cell: ({ estimate: e }) => <Interval of={e} kind="value" /> },
          {
            head: 'Truth',
            number: true,
            cell: (line) => (line.truth === null ? '–' : formatValue(line.truth)),
          },
          { head: 'Truth in the band', cell: (line) => <InBand line={line} /> },
          {
            head: 'Error so far',
            number: true,
            cell: ({ name }) => formatValue(past.get(name)?.meanAbsoluteError ?? null),
          },
        ]}
        rows={lines}
        keyOf={({ name }) => name}
        cards
      />
      <p class="small quiet">Error so far: mean distance of past estimates from the truth that came later.</p>
    </Panel>
  );
}

function InBand({ line: { truth, estimate } }: { readonly line: Line }) {
  if (truth === null || estimate.low === null || estimate.high === null)
    return <span class="quiet">not known yet</span>;
  return truth >= estimate.low && truth <= estimate.high ? (
    <Badge kind="good">yes</Badge>
  ) : (
    <Badge kind="accent">no</Badge>
  );
}
