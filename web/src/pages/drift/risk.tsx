/** The alarm: whether outcomes follow the risks that the model gives, how rare false alarms are, and what has changed. */
import { DRIFT_RULES } from '../../../../src/config/drift-rules.ts';
import type { Drift } from '../../../../src/server/contract.ts';
import { formatCount, formatShare, formatValue } from '../../format/numbers.ts';
import { formatDay } from '../../format/times.ts';
import { Badge } from '../../parts/marks.tsx';
import { Fact, Panel } from '../../parts/panel.tsx';

type Look = NonNullable<Drift['look']>;
type Risk = NonNullable<Look['risk']>;

const RULE = DRIFT_RULES.sequential;

interface Props {
  readonly look: Look;
}

export function DriftRisk({ look: { risk, verdicts, rule } }: Props) {
  const decides = rule === 'sequential' ? <Badge kind="accent">decides</Badge> : undefined;
  if (risk === null) {
    return (
      <Panel title={RULE.title} actions={decides}>
        <p>
          <Badge>not known</Badge>
        </p>
        <p class="small">{verdicts.sequential.reason}</p>
      </Panel>
    );
  }
  return (
    <Panel title={RULE.title} about={risk.budget} actions={decides}>
      <p>
        <State risk={risk} />
      </p>
      <p>{risk.sentence}</p>
      <div class="facts">
        <Fact title="Left" value={`${formatCount(seenOf(risk).left)} of ${formatCount(seenOf(risk).rows)}`}>
          {`${formatValue(Math.round(10 * seenOf(risk).expected) / 10)} expected`}
          {risk.changedOn === null ? '' : `; since about ${formatDay(risk.changedOn)}`}
        </Fact>
        {risk.alarm && risk.shares !== null && (
          <Fact title="What changed" value={nameOf(risk.change)}>
            {`Evidence: overall rate ${formatShare(risk.shares.baseRate)}, telling who leaves ` +
              `${formatShare(risk.shares.discrimination)}, both ${formatShare(risk.shares.both)}`}
          </Fact>
        )}
        {risk.calibration !== null && <Calibration of={risk.calibration} />}
      </div>
      {risk.log10 !== null && (
        <details>
          <summary>Advanced</summary>
          <p class="small">
            Shiryaev-Roberts detector: {formatEvidence(risk.log10)}; alarm from{' '}
            {formatEvidence(risk.levelLog10)}. {formatCount(risk.looks)} checks with new outcomes;{' '}
            {formatCount(risk.heldOut.rows)} held-out rows, of which {formatCount(risk.heldOut.left)} left,
            say what is expected.
          </p>
        </details>
      )}
    </Panel>
  );
}

function State({ risk }: { readonly risk: Risk }) {
  if (risk.alarm) return <Badge kind="act">{RULE.found}</Badge>;
  if (risk.tooFew !== null || risk.rows === 0) return <Badge>not known yet</Badge>;
  return <Badge kind="good">{RULE.notFound}</Badge>;
}

/** The outcomes since the change; without an alarm all. */
function seenOf(risk: Risk): { readonly rows: number; readonly left: number; readonly expected: number } {
  return risk.since ?? risk;
}

function nameOf(change: Risk['change']): string {
  if (change === 'base-rate') return 'the overall rate';
  return change === 'discrimination' ? 'who leaves' : 'the rate and who leaves';
}

function Calibration({ of: { intercept, slope, rows } }: { readonly of: NonNullable<Risk['calibration']> }) {
  return (
    <>
      <Fact title="Rate, in log-odds" value={formatValue(intercept.value)}>
        {`${formatValue(intercept.low)} to ${formatValue(intercept.high)} on ${formatCount(rows)} outcomes; 0: as many leave as the risks say`}
      </Fact>
      <Fact title="Slope of the risks" value={formatValue(slope.value)}>
        {`${formatValue(slope.low)} to ${formatValue(slope.high)}; 1: they tell clients apart as they say, 0: not at all`}
      </Fact>
    </>
  );
}

function formatEvidence(log10: number): string {
  return log10 > 15 ? `1e${Math.floor(log10)}` : formatValue(10 ** log10);
}
