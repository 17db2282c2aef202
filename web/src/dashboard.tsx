/** The shell: navigation, what runs now, and the page of the address. */
import { useEffect, useRef } from 'preact/hooks';
import { apiKey, forgetApiKey } from './api/api-key.ts';
import { listen } from './api/live.ts';
import { refreshAnswers } from './api/use-answer.ts';
import { ClientPage } from './pages/client.tsx';
import { ClientsPage } from './pages/clients.tsx';
import { DataPage } from './pages/data.tsx';
import { DriftPage } from './pages/drift.tsx';
import { ModelPage } from './pages/model.tsx';
import { RunPage } from './pages/run.tsx';
import { RunsPage } from './pages/runs.tsx';
import { TodayPage } from './pages/today.tsx';
import { TrendsPage } from './pages/trends.tsx';
import { KeyForm } from './parts/key-form.tsx';
import { LiveBar } from './parts/live-run.tsx';
import { PageHead } from './parts/panel.tsx';
import { href, route } from './routing/route.ts';
import { theme, toggleTheme } from './theme.ts';

const PAGES = [
  ['', 'Today'],
  ['clients', 'Clients at risk'],
  ['model', 'Model'],
  ['data', 'Data'],
  ['drift', 'Drift'],
  ['runs', 'Runs'],
  ['trends', 'Trends'],
] as const;

export function Dashboard() {
  const main = useRef<HTMLElement>(null);
  const place = route.value.path.join('/');
  const shown = useRef(place);
  useEffect(() => {
    if (shown.current === place) return;
    shown.current = place;
    scrollTo(0, 0);
    main.current?.focus();
  }, [place]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <div class="shell">
        <Side />
        <main class="content" ref={main} tabIndex={-1}>
          <LiveBar />
          <KeyForm onKey={begin} />
          <Page key={place} />
        </main>
      </div>
    </>
  );
}

/** Another key may show other answers and events. */
function begin(): void {
  refreshAnswers();
  void listen();
}

function Side() {
  const [here = ''] = route.value.path;
  const nav = useRef<HTMLElement>(null);
  // On a phone the pages stand in a line that is wider than the screen.
  useEffect(() => {
    nav.current
      ?.querySelector(`[href="${href(here === '' ? [] : [here])}"]`)
      ?.scrollIntoView({ block: 'nearest' });
  }, [here]);
  return (
    <header class="side">
      <a class="brand" href={href([])}>
        <img src="/icon.svg" alt="" width="26" height="26" />
        Tidewatch
      </a>
      <nav class="nav" aria-label="Pages" ref={nav}>
        {PAGES.map(([name, title]) => (
          <a
            key={name}
            href={href(name === '' ? [] : [name])}
            {...(name === here ? { 'aria-current': 'page' as const } : {})}
          >
            {title}
          </a>
        ))}
      </nav>
      <div class="side-foot">
        <a class="small wide-only" href="/docs">
          API
        </a>
        {apiKey.value !== null && (
          <button type="button" onClick={forgetApiKey}>
            Forget the key
          </button>
        )}
        <button type="button" onClick={toggleTheme}>
          {theme.value === 'light' ? 'Dark' : 'Light'} colours
        </button>
      </div>
    </header>
  );
}

function Page() {
  const [name = '', detail] = route.value.path;
  switch (name) {
    case '':
      return <TodayPage />;
    case 'clients':
      return detail === undefined ? <ClientsPage /> : <ClientPage id={detail} />;
    case 'model':
      return <ModelPage tab={detail ?? ''} />;
    case 'data':
      return <DataPage tab={detail ?? ''} />;
    case 'drift':
      return <DriftPage tab={detail ?? ''} />;
    case 'runs':
      return detail === undefined ? <RunsPage /> : <RunPage id={detail} />;
    case 'trends':
      return <TrendsPage />;
    default:
      return <PageHead title="There is no such page" about={<a href={href([])}>Go to today</a>} />;
  }
}
