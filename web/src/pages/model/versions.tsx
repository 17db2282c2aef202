/** All models and what was live when; promote one, or go back to the one before. */
import { useState } from 'preact/hooks';
import type { Models, Promotion } from '../../../../src/server/contract.ts';
import { post } from '../../api/call.ts';
import { refreshAnswers, useAnswer } from '../../api/use-answer.ts';
import { formatCount, formatScore } from '../../format/numbers.ts';
import { formatTime } from '../../format/times.ts';
import { learnerName, shortenNumbers } from '../../format/words.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Interval } from '../../parts/estimate.tsx';
import { Badge } from '../../parts/marks.tsx';
import { Older } from '../../parts/older.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Shown } from '../../parts/shown.tsx';
import { href, route } from '../../routing/route.ts';

type Entry = Models['models'][number];

/** What is about to be done, while it is asked whether it shall. */
interface Asked {
  readonly title: string;
  readonly text: string;
  readonly verb: string;
  readonly send: (reason: string) => Promise<Promotion>;
}

export function ModelVersions() {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const before = route.value.query.get('before');
  const models = useAnswer('/api/v1/models', { query: { before } });
  const act = async ({ send }: Asked, reason: string): Promise<void> => {
    const promotion = await send(reason);
    setDone(tellPromotion(promotion));
    refreshAnswers();
  };
  return (
    <>
      {done !== null && (
        <p class="bar good" role="status">
          {done}
        </p>
      )}
      <Panel
        title="Versions"
        about="Every model that was trained, the newest first. F1 is of the newest score on the test data."
        actions={
          models.data?.aliases.previous != null && (
            <button type="button" onClick={() => setAsked(goBack(models.data?.aliases.previous ?? ''))}>
              Roll back
            </button>
          )
        }
      >
        <Shown
          answer={models}
          empty={({ models: list }) =>
            list.length === 0 ? 'No model yet. The first run with data trains one.' : null
          }
        >
          {(data) => (
            <>
              <DataTable
                label="Models"
                columns={columnsOf(data.aliases.champion, (entry) => setAsked(promote(entry)))}
                rows={data.models}
                keyOf={({ version }) => version}
                cards
              />
              <Older next={data.next} noun="models" />
            </>
          )}
        </Shown>
      </Panel>
      <History />
      {asked !== null && (
        <Confirm
          title={asked.title}
          text={asked.text}
          verb={asked.verb}
          onDo={(reason) => act(asked, reason)}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  );
}

function columnsOf(champion: string | null, onPromote: (entry: Entry) => void) {
  return [
    {
      head: 'Version',
      names: true,
      cell: ({ version, aliases }: Entry) => (
        <>
          <code>{version.slice(0, 12)}</code>{' '}
          {aliases.map((alias) => (
            <Badge key={alias} kind={alias === 'champion' ? 'good' : 'accent'}>
              {alias === 'champion' ? 'live' : alias}
            </Badge>
          ))}
        </>
      ),
    },
    { head: 'Trained', cell: ({ createdAt }: Entry) => formatTime(createdAt) },
    { head: 'Kind', cell: ({ learner }: Entry) => learnerName(learner) },
    { head: 'Rows', number: true, cell: ({ rows }: Entry) => formatCount(rows) },
    {
      head: 'F1',
      number: true,
      cell: ({ f1, f1Estimate }: Entry) => (
        <>
          {formatScore(f1)} {f1Estimate !== null && <Interval of={f1Estimate} />}
        </>
      ),
    },
    {
      head: 'What to do',
      cell: (entry: Entry) => (
        <span class="row">
          {!entry.live && (
            <button
              type="button"
              aria-label={`Promote ${entry.version.slice(0, 12)}`}
              onClick={() => onPromote(entry)}
            >
              Promote
            </button>
          )}
          {!entry.live && champion !== null && (
            <a href={href(['model', 'compare'], { from: entry.version, to: champion })}>
              Compare with the live one
            </a>
          )}
        </span>
      ),
    },
  ];
}

function promote({ version }: Entry): Asked {
  return {
    title: `Make ${version.slice(0, 12)} live?`,
    text: 'It is scored on the test data of today and then answers every prediction, at once and for everybody.',
    verb: 'Promote',
    send: (reason) => post('/api/v1/models/:version/promote', { params: { version }, body: { reason } }),
  };
}

function goBack(previous: string): Asked {
  return {
    title: `Go back to ${previous.slice(0, 12)}?`,
    text: 'The model that was live before answers every prediction again, at once and for everybody.',
    verb: 'Roll back',
    send: (reason) => post('/api/v1/models/rollback', { body: { reason } }),
  };
}

function tellPromotion({ kind, model, f1 }: Promotion): string {
  if (kind === 'already-live') return `${model.slice(0, 12)} was live already; nothing was changed.`;
  return `${model.slice(0, 12)} is live now. F1 on the test data of today: ${formatScore(f1)}.`;
}

function History() {
  const history = useAnswer('/api/v1/deployments');
  return (
    <Panel title="What was live when">
      <Shown
        answer={history}
        empty={({ deployments }) => (deployments.length === 0 ? 'Nothing has been live yet.' : null)}
      >
        {({ deployments }) => (
          <DataTable
            label="Deployments"
            columns={[
              { head: 'Since', names: true, cell: ({ deployedAt }) => formatTime(deployedAt) },
              { head: 'Model', cell: ({ modelVersion }) => <code>{modelVersion.slice(0, 12)}</code> },
              { head: 'By', cell: ({ verb, runId }) => <a href={href(['runs', runId])}>{verb}</a> },
              { head: 'F1 then', number: true, cell: ({ f1 }) => formatScore(f1) },
              { head: 'Why', cell: ({ reason }) => shortenNumbers(reason) },
            ]}
            rows={deployments}
            keyOf={({ id }) => id}
            cards
          />
        )}
      </Shown>
    </Panel>
  );
}
