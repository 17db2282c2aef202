/** Today: is the model healthy, is new data in, did the last run succeed, and what should somebody do. */
import type { Risks, Today } from '../../../src/server/contract.ts';
import { useAnswer } from '../api/use-answer.ts';
import { formatCompact, formatCount, formatScore, formatSeconds } from '../format/numbers.ts';
import { formatAgo, formatTime } from '../format/times.ts';
import { countOf, describeRun, learnerName, shortenNumbers } from '../format/words.ts';
import { Interval } from '../parts/estimate.tsx';
import { RunButton } from '../parts/live-run.tsx';
import { Badge, Risk, Sign } from '../parts/marks.tsx';
import { Fact, PageHead, Panel } from '../parts/panel.tsx';
import { Shown } from '../parts/shown.tsx';
import { href } from '../routing/route.ts';

export function TodayPage() {
  const today = useAnswer<Today>('/api/v1/today');
  return (
    <>
      <PageHead title="Today">
        <RunButton />
      </PageHead>
      <Shown answer={today}>
        {(data) => (
          <>
            <Headline today={data} />
            <div class="grid">
              <ModelFact model={data.model} />
              <DataFact data={data.data} />
              <LastRun run={data.lastRun} />
              <NextRun next={data.nextRun} />
              <DriftFact drift={data.drift} />
            </div>
          </>
        )}
      </Shown>
      <CallFirst />
    </>
  );
}

function Headline({ today }: { readonly today: Today }) {
  const { severity, headline, actions } = today;
  const open = actions.filter((action) => action.severity !== 'none');
  return (
    <section class={`headline ${severity}`} aria-label="How things stand">
      <Sign severity={severity} />
      <div class="stack tight">
        <p class="first">{shortenNumbers(headline)}</p>
        {open.length > 0 && (
          <ul class="todo">
            {open.map((action) => (
              <li key={action.text}>
                <Sign severity={action.severity} />
                <span>
                  {shortenNumbers(action.text)} <ActionLink link={action.link} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

/** Where an action points, as an address of this dashboard. */
function ActionLink({ link }: { readonly link: string | null }) {
  if (link === null) return null;
  const path = link === 'quarantine' ? ['data', 'quarantine'] : link.split('/');
  return (
    <a href={href(path)}>{path[0] === 'runs' && path.length > 1 ? 'See the run' : `Go to ${path.at(-1)}`}</a>
  );
}

function ModelFact({ model }: { readonly model: Today['model'] }) {
  if (model === null) {
    return (
      <Panel title="Model">
        <Fact title="Live" value="None yet">
          The first run with data trains one.
        </Fact>
      </Panel>
    );
  }
  return (
    <Panel title="Model" actions={<a href={href(['model'])}>How good is it?</a>}>
      <Fact title="F1 on the test data" value={formatScore(model.f1)}>
        {model.f1Estimate !== null && <Interval of={model.f1Estimate} />} {learnerName(model.learner)}{' '}
        <code>{model.version.slice(0, 12)}</code>, live since {formatTime(model.liveSince)}
      </Fact>
    </Panel>
  );
}

function DataFact({ data }: { readonly data: Today['data'] }) {
  return (
    <Panel title="Data" actions={<a href={href(['data'])}>See the files</a>}>
      {data === null ? (
        <Fact title="Rows" value="None yet">
          Put files into the input folder and start a run.
        </Fact>
      ) : (
        <Fact title="Rows" value={formatCount(data.rows)}>
          new data came in {formatAgo(data.since)}
          {data.quarantined > 0 && (
            <>
              ; <a href={href(['data', 'quarantine'])}>{countOf(data.quarantined, 'row')} not accepted</a>
            </>
          )}
        </Fact>
      )}
    </Panel>
  );
}

function LastRun({ run }: { readonly run: Today['lastRun'] }) {
  if (run === null) {
    return (
      <Panel title="Last run">
        <Fact title="Result" value="None yet" />
      </Panel>
    );
  }
  return (
    <Panel title="Last run" actions={<a href={href(['runs', run.id])}>See its steps</a>}>
      <div class="stack tight">
        <p>
          {run.status === 'succeeded' ? (
            <Badge kind="good">succeeded</Badge>
          ) : (
            <Badge kind="act">{run.status}</Badge>
          )}
        </p>
        <p>{describeRun(run)}</p>
        {run.error !== null && <p class="small">{run.error.message}</p>}
        <p class="quiet small">
          {formatAgo(run.startedAt)}, took {formatSeconds(run.seconds)}
        </p>
      </div>
    </Panel>
  );
}

function NextRun({ next }: { readonly next: string | null }) {
  return (
    <Panel title="Next run">
      <Fact title="By the clock of this server" value={next === null ? 'Not planned' : formatAgo(next)}>
        {next === null ? 'Start the server with --schedule, or let cron do it.' : formatTime(next)}
      </Fact>
    </Panel>
  );
}

function DriftFact({ drift }: { readonly drift: Today['drift'] }) {
  return (
    <Panel title="Is it still right?" actions={<a href={href(['drift'])}>See the checks</a>}>
      {drift === null ? (
        <p class="quiet">Not checked yet: no rows with a known outcome came after the training.</p>
      ) : (
        <div class="stack tight">
          <p>
            {drift.drift ? <Badge kind="accent">drift found</Badge> : <Badge kind="good">no drift</Badge>}
          </p>
          <p class="small">{shortenNumbers(drift.reason)}</p>
          <p class="quiet small">
            {formatAgo(drift.at)}, of model <code>{drift.modelVersion.slice(0, 12)}</code>
          </p>
        </div>
      )}
    </Panel>
  );
}

/** The first clients of the list, for the one who only wants to know whom to call. */
function CallFirst() {
  const risks = useAnswer<Risks>('/api/v1/risks?limit=5');
  return (
    <Panel title="Call these first" actions={<a href={href(['clients'])}>All clients at risk</a>}>
      <Shown
        answer={risks}
        empty={(data) => (data.clients.length === 0 ? 'There are no clients yet.' : null)}
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
                          {formatCompact(client.expectedLoss)}
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
                ? '.'
                : `; expected loss ${formatCompact(data.all.expectedLoss)} in all.`}
            </p>
          </>
        )}
      </Shown>
    </Panel>
  );
}
