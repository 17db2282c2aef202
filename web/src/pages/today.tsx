/** Today: is the model healthy, is new data in, did the last run succeed, and what should somebody do. */
import type { State, Today } from '../../../src/server/contract.ts';
import { useAnswer } from '../api/use-answer.ts';
import { formatCompact, formatCount, formatMoney, formatScore, formatSeconds } from '../format/numbers.ts';
import { formatAgo, formatDay, formatTime } from '../format/times.ts';
import { countOf, describeRun, learnerName, shortenNumbers } from '../format/words.ts';
import { Interval } from '../parts/estimate.tsx';
import { RunButton } from '../parts/live-run.tsx';
import { Badge, Risk, Sign, severityWord, shortWord } from '../parts/marks.tsx';
import { Fact, PageHead, Panel } from '../parts/panel.tsx';
import { Shown } from '../parts/shown.tsx';
import { href } from '../routing/route.ts';

export function TodayPage() {
  const today = useAnswer('/api/v1/today');
  return (
    <>
      <PageHead title="Today">
        <RunButton />
      </PageHead>
      <Shown answer={today}>{(data) => <Headline today={data} />}</Shown>
      <div class="two">
        <CallFirst />
        <Shown answer={today}>
          {(data) => (
            <section class="panel facts" aria-label="The system">
              <ModelFact model={data.model} states={data.states} />
              <DriftFact drift={data.drift} live={data.model?.version ?? null} states={data.states} />
              <DataFact data={data.data} />
              <LastRun run={data.lastRun} />
              <NextRun next={data.nextRun} />
            </section>
          )}
        </Shown>
      </div>
    </>
  );
}

/** The most urgent state at large, the others below it. */
function Headline({ today }: { readonly today: Today }) {
  const [first, ...others] = today.states;
  if (first === undefined) return null;
  return (
    <section class={`headline ${first.severity}`} aria-label="How things stand">
      <Sign severity={first.severity} />
      <div class="stack tight">
        <p class="word">
          {severityWord(first.severity)}
          {first.severity !== 'none' && <>: {first.title}</>}
          <Since state={first} />
        </p>
        <p class="first">{shortenNumbers(first.sentence)}</p>
        {first.action !== null && (
          <p>
            {first.action} <StateLink link={first.link} />
          </p>
        )}
        {others.length > 0 && (
          <ul class="todo">
            {others.map((state) => (
              <li key={state.id}>
                <Sign severity={state.severity} />
                <div>
                  <p>
                    <strong>
                      {shortWord(state.severity)}: {state.title}
                    </strong>
                    <Since state={state} />
                  </p>
                  <p>
                    {shortenNumbers(state.sentence)} {state.action} <StateLink link={state.link} />
                  </p>
                </div>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

function Since({ state: { since } }: { readonly state: State }) {
  if (since === null) return null;
  return (
    <span class="quiet" title={formatTime(since)}>
      {' '}
      since {formatDay(since)}
    </span>
  );
}

/** Where a state points, as an address of this dashboard. */
function StateLink({ link }: { readonly link: string | null }) {
  if (link === null) return null;
  const path = link === 'quarantine' ? ['data', 'quarantine'] : link.split('/');
  return (
    <a href={href(path)}>
      {path[0] === 'runs' && path.length > 1
        ? 'See the run'
        : `Go to ${path[0] === 'drift' ? 'drift' : path.at(-1)}`}
    </a>
  );
}

function ModelFact({ model, states }: Pick<Today, 'model' | 'states'>) {
  if (states.some(({ id }) => id === 'deployment-damaged')) {
    return <Fact title="Model" value="Cannot be read" />;
  }
  if (model === null) {
    return (
      <Fact title="Model" value="None is live yet">
        The first run with data trains one.
      </Fact>
    );
  }
  return (
    <Fact title="Model" value={<>F1 {formatScore(model.f1)}</>}>
      {model.f1Estimate !== null && <Interval of={model.f1Estimate} />} on the test data;{' '}
      {learnerName(model.learner)}, live {formatAgo(model.liveSince)}.{' '}
      <a href={href(['model'])}>How good is it?</a>
    </Fact>
  );
}

function DataFact({ data }: { readonly data: Today['data'] }) {
  if (data === null) {
    return (
      <Fact title="Data" value="None yet">
        Put files into the input folder and start a run.
      </Fact>
    );
  }
  return (
    <Fact title="Data" value={countOf(data.rows, 'row')}>
      New data came in {formatAgo(data.since)}
      {data.quarantined > 0 && (
        <>
          ; <a href={href(['data', 'quarantine'])}>{countOf(data.quarantined, 'row')} skipped</a>
        </>
      )}
      . <a href={href(['data'])}>See the files</a>
    </Fact>
  );
}

function LastRun({ run }: { readonly run: Today['lastRun'] }) {
  if (run === null) return <Fact title="Last run" value="None yet" />;
  const good = run.status === 'succeeded';
  return (
    <Fact title="Last run" value={<Badge kind={good ? 'good' : 'act'}>{run.status}</Badge>}>
      {run.error === null ? describeRun(run) : run.error.message}; {formatAgo(run.startedAt)}, took{' '}
      {formatSeconds(run.seconds)}. <a href={href(['runs', run.id])}>See its steps</a>
    </Fact>
  );
}

function NextRun({ next }: { readonly next: string | null }) {
  return (
    <Fact title="Next run" value={next === null ? 'Not planned here' : formatAgo(next)}>
      {next === null ? 'No automatic runs are set up in this server.' : formatTime(next)}
    </Fact>
  );
}

interface DriftProps {
  readonly drift: Today['drift'];
  /** Version of the live model. */
  readonly live: string | null;
  readonly states: Today['states'];
}

function DriftFact({ drift, live, states }: DriftProps) {
  const worst = states.find(({ about }) => about === 'model' || about === 'inputs');
  if (drift === null || drift.modelVersion !== live) {
    return (
      <Fact title="Is it still right?" value={<Badge>not checked yet</Badge>}>
        {drift === null
          ? 'No check has been made yet: the first comes with new data.'
          : live === null
            ? 'No model is live that could be checked.'
            : 'The model is newer than the newest check.'}
      </Fact>
    );
  }
  return (
    <Fact title="Is it still right?" value={<ModelBadge state={worst} />}>
      {shortenNumbers(drift.reason)} Checked {formatAgo(drift.at)}.{' '}
      <a href={href(['drift'])}>See the checks</a>
    </Fact>
  );
}

function ModelBadge({ state }: { readonly state: State | undefined }) {
  if (state === undefined) return <Badge kind="good">no alarm</Badge>;
  const kind = { act: 'act', look: 'accent', unknown: 'plain', none: 'good' } as const;
  return (
    <Badge kind={kind[state.severity]}>
      {state.severity === 'unknown' ? 'not known' : state.title.toLowerCase()}
    </Badge>
  );
}

/** The first clients of the list, for the one who only wants to know whom to call. */
function CallFirst() {
  const risks = useAnswer('/api/v1/risks', { query: { limit: 8 } });
  return (
    <Panel title="Call these first" actions={<a href={href(['clients'])}>All clients at risk</a>}>
      <Shown
        answer={risks}
        empty={({ clients, counts }) => {
          if (clients.length > 0) return null;
          return counts.left === 0
            ? 'There are no clients yet.'
            : `Nobody is left to call: all ${countOf(counts.left, 'client')} have left.`;
        }}
      >
        {(data) => (
          <>
            <ol class="todo">
              {data.clients.map((client) => (
                <li key={client.id} class="call">
                  <span class="number quiet">{client.rank}</span>
                  <div class="between">
                    <span>
                      <a href={href(['clients', client.id])}>{client.id}</a>{' '}
                      {client.owner !== null && <span class="quiet">{client.owner}</span>}
                      <br />
                      <span class="small quiet">{client.reasons[0]?.sentence}</span>
                    </span>
                    <span class="row">
                      {client.expectedLoss !== null && (
                        <span class="number" title="Expected loss">
                          {formatMoney(client.expectedLoss)}
                        </span>
                      )}
                      <Risk probability={client.probability} flagged={client.flagged} />
                    </span>
                  </div>
                </li>
              ))}
            </ol>
            <p class="small quiet">
              {formatCount(data.all.flagged)} of {formatCount(data.all.clients)} clients are above the
              threshold
              {data.all.expectedLoss === null
                ? ''
                : `; expected loss ${formatCompact(data.all.expectedLoss)} in all`}
              {data.counts.left > 0 && (
                <>
                  ;{' '}
                  <a href={href(['clients'], { status: 'left' })}>
                    {formatCount(data.counts.left)} have left
                  </a>
                </>
              )}
              .
            </p>
          </>
        )}
      </Shown>
    </Panel>
  );
}
