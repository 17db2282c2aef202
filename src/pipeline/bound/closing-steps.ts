/** The steps that end a run, bound to a workspace: diagnose, report, call. They tell, and change no model. */
import { join, relative } from 'node:path';
import { asTidewatchError } from '../../base/errors.ts';
import type { ModelDocument } from '../../core/document/document.ts';
import { createScorer } from '../../core/scoring/scorer.ts';
import type { Engine, Table } from '../../engine/port.ts';
import { readSourceRows } from '../../engine/rows/source-rows.ts';
import { openTestTable } from '../../engine/rows/test-rows.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import type { ReportInput } from '../../report/content/assemble.ts';
import { TOP_CLIENTS } from '../../report/content/clients.ts';
import { dependencyTable } from '../../report/dependencies.ts';
import { type ApiReturns, type CallOptions, callApi } from '../../steps/call.ts';
import { DIAGNOSE_PARTS, type DiagnosePart, type Diagnostics, diagnose } from '../../steps/diagnose.ts';
import { type ReportSummary, report } from '../../steps/report.ts';
import type { DependencyStatus } from '../../store/port/diagnostics.ts';
import { rankClientsOf, type ScoredSnapshot } from '../clients/client-risks.ts';
import type { Current } from '../current.ts';
import type { Resources, WithData } from '../resources.ts';
import type { Session } from '../run/session.ts';
import type { State } from '../states/state.ts';
import { readTestData, readTrainedModel } from '../workspace-state.ts';

export interface DiagnoseRequest {
  /** Absolute paths of the data files to predict; null: the test data. */
  readonly data: readonly string[] | null;
  readonly parts: readonly DiagnosePart[];
}

/** Everything, for the test data. */
export const DIAGNOSE_ALL: DiagnoseRequest = Object.freeze({ data: null, parts: DIAGNOSE_PARTS });

/** Diagnoses; the whole is recorded, a part is told only. */
export async function diagnoseStep(
  resources: WithData,
  session: Session,
  request: DiagnoseRequest,
  current: Current,
  dependencies: Promise<readonly DependencyStatus[]> | null = null,
): Promise<Diagnostics> {
  return session.step(
    'diagnose',
    () =>
      readDiagnostics(resources, request, current, {
        runId: request.parts === DIAGNOSE_PARTS ? session.runId : null,
        dependencies,
      }),
    ({ predictions, statistics }) =>
      [
        statistics === null
          ? 'no snapshot'
          : `${statistics.columns.length} columns of ${statistics.rows} rows`,
        predictions === null
          ? 'no predictions'
          : `${predictions.leaving} of ${predictions.rows} predicted to leave`,
      ].join(', '),
  );
}

/** The diagnostics as they are now, recorded for a run where one is named. */
export async function readDiagnostics(
  resources: WithData,
  request: DiagnoseRequest,
  current: Current,
  {
    runId,
    dependencies,
  }: {
    readonly runId: string | null;
    readonly dependencies: Promise<readonly DependencyStatus[]> | null;
  } = { runId: null, dependencies: null },
): Promise<Diagnostics> {
  const { contract } = resources;
  const wanted = new Set(request.parts);
  const live = wanted.has('predictions') ? await current.served() : null;
  const snapshot = wanted.has('summary') || wanted.has('missing') ? current.snapshot : null;
  const engine = live === null && snapshot === null ? null : await resources.engine();
  return withTables(async (opened) => {
    const keep = (table: Table): Table => {
      opened.push(table);
      return table;
    };
    const data =
      live === null || engine === null
        ? null
        : keep(await openPredicted(resources, engine, request.data, current));
    const table =
      snapshot === null || engine === null
        ? null
        : keep(await engine.open({ kind: 'snapshot', snapshot, contract }));
    return diagnose(
      {
        store: await resources.store(),
        clock: resources.clock,
        dependencies: () => dependencies ?? readDependencies(resources),
      },
      {
        parts: request.parts,
        runId,
        scorer: live === null ? null : createScorer(live),
        data,
        snapshot: snapshot === null || table === null ? null : { id: snapshot.id, table },
      },
    );
  });
}

/** The table of dependencies. It waits for a registry: begin it early. */
export function readDependencies(
  resources: Pick<Resources, 'workspace'>,
): Promise<readonly DependencyStatus[]> {
  return dependencyTable({ timeoutMs: resources.workspace.config.npm_timeout_ms });
}

async function withTables<T>(body: (opened: Table[]) => Promise<T>): Promise<T> {
  const opened: Table[] = [];
  try {
    return await body(opened);
  } finally {
    for (const table of opened.toReversed()) await table.close();
  }
}

/** The rows that diagnostics predict: those of the files, or the test data. */
async function openPredicted(
  resources: Pick<Resources, 'workspace' | 'contract' | 'clock' | 'store' | 'keptRows'>,
  engine: Engine,
  paths: readonly string[] | null,
  current: Current,
): Promise<Table> {
  if (paths === null) return openTestTable(engine, await readTestData(resources, current));
  return engine.open({ kind: 'files', paths, contract: resources.contract, labels: 'optional' });
}

/**
 * Makes the report of the deployed model from what is stored of it, or of the trained one where none is deployed.
 * `states`: how things stand, which is the first that it says. `known`: the clients as an earlier step of the run scored
 * them.
 */
export async function reportStep(
  resources: Pick<
    Resources,
    'snapshots' | 'workspace' | 'contract' | 'version' | 'live' | 'store' | 'engine' | 'renderer'
  >,
  session: Session,
  states: readonly State[],
  current: Current,
  known: ScoredSnapshot | null = null,
): Promise<ReportSummary> {
  return session.step(
    'report',
    async () => {
      const model = await liveOrTrained(resources, current);
      return report(
        {
          store: await resources.store(),
          renderer: resources.renderer(),
          clients: () => clientsForReport(resources, current, known),
        },
        { model, states, modelFolder: resources.workspace.paths.model, version: resources.version },
      );
    },
    ({ files }) => files.map(({ path }) => relative(resources.workspace.root, path)).join(', '),
  );
}

/** The clients to call first by the live model, or why they cannot be told. */
async function clientsForReport(
  resources: Pick<Resources, 'snapshots' | 'workspace' | 'contract' | 'live' | 'store' | 'engine'>,
  current: Current,
  known: ScoredSnapshot | null,
): Promise<ReportInput['clients']> {
  try {
    const ranking = await rankClientsOf(
      resources,
      { data: null },
      {
        status: 'listed',
        offset: 0,
        limit: TOP_CLIENTS,
        owner: null,
        segment: null,
        minRisk: null,
        search: null,
        reasons: 3,
      },
      current,
      known,
    );
    return { ...ranking, named: columnOf(resources.contract, 'id') !== null };
  } catch (thrown) {
    const { code, message } = asTidewatchError(thrown);
    // The rest of the report stands without them.
    if (CLIENTS_UNKNOWN.has(code)) return message;
    throw thrown;
  }
}

const CLIENTS_UNKNOWN: ReadonlySet<string> = new Set([
  'nothing-deployed',
  'nothing-ingested',
  'column-missing',
]);

export interface CallSummary {
  readonly path: string;
  readonly calls: readonly { readonly name: string; readonly status: number }[];
}

/** Calls the API at `url`, or of a server for the moment, and keeps the answers. */
export async function callStep(
  resources: WithData & Pick<Resources, 'apiKey' | 'momentaryServer'>,
  session: Session,
  url: string | null,
  current: Current,
): Promise<CallSummary> {
  return session.step(
    'call',
    async () => {
      const { paths } = resources.workspace;
      const outputPath = join(paths.model, 'apireturns.txt');
      const server = url === null ? await resources.momentaryServer() : null;
      try {
        const returns = await callApi(
          { clock: resources.clock, store: await resources.store() },
          {
            url: url ?? server?.url ?? '',
            apiKey: server?.apiKey ?? resources.apiKey,
            timeoutMs: 60_000,
            prediction: await clientsToCall(resources, current),
            outputPath,
          },
        );
        return { path: outputPath, calls: callsOf(returns) };
      } finally {
        await server?.close();
      }
    },
    ({ calls }) => calls.map(({ name, status }) => `${name} ${status}`).join(', '),
  );
}

/** Held-out rows that the call of the API predicts, where they are in no file of their own. */
const CALLED_ROWS = 100;

/** What the call predicts: the first file of the test data, or some rows of held-out clients. */
async function clientsToCall(resources: WithData, current: Current): Promise<CallOptions['prediction']> {
  const { root, paths } = resources.workspace;
  const test = await readTestData(resources, current);
  if (test.rows.kind === 'files') return { path: relative(root, test.rows.paths[0] ?? paths.testData) };
  const held = await openTestTable(await resources.engine(), test);
  const first = await held.select(
    Uint32Array.from({ length: Math.min(held.rows, CALLED_ROWS) }, (_, k) => k),
  );
  try {
    return { rows: await readSourceRows(first, (await liveOrTrained(resources, current)).inputs) };
  } finally {
    await first.close();
    await held.close();
  }
}

/** The model to answer by; before one is live, the one that was trained. */
async function liveOrTrained(
  resources: Pick<Resources, 'workspace'>,
  current: Current,
): Promise<ModelDocument> {
  return (await current.served()) ?? readTrainedModel(resources);
}

function callsOf(returns: ApiReturns): CallSummary['calls'] {
  const { prediction, scoring, summarystats, diagnostics } = returns;
  const named = Object.entries({ prediction, scoring, summarystats, diagnostics });
  return named.map(([name, { status }]) => ({ name, status }));
}
