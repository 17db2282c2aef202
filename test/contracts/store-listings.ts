/** Every listing that the API, the command line and the dashboard make of the state, as they make it. */
import { listFiles, listSnapshots } from '../../src/pipeline/data/data-history.ts';
import { listDeployments } from '../../src/pipeline/models/deployment-history.ts';
import { listModels } from '../../src/pipeline/models/model-history.ts';
import { readAliases, resolveVersion } from '../../src/pipeline/models/model-names.ts';
import { listNotes } from '../../src/pipeline/models/model-notes.ts';
import type { Resources } from '../../src/pipeline/resources.ts';
import { listRuns, runningNow, showRun } from '../../src/pipeline/run/run-history.ts';
import { estimateRecords, listChecks, newestLook } from '../../src/pipeline/trends/drift-history.ts';
import type { TrendRequest } from '../../src/pipeline/trends/trend-request.ts';
import { readTrends } from '../../src/pipeline/trends/trends.ts';
import { readReportValues } from '../../src/report/report-values.ts';
import type { Store } from '../../src/store/port.ts';
import { type FillSizes, modelName, modelOf, runId, timeOf } from '../store-fill.ts';

const PAGE = 200;
const TRENDS: TrendRequest = {
  series: null,
  since: null,
  until: null,
  by: null,
  modelVersion: null,
  limit: 500,
};
const ONE = [{ name: 'f1-new' as const, label: null }];

/** What the listings need of a workspace. */
export type Asked = Pick<Resources, 'store' | 'live'>;

export type Listing = readonly [name: string, ask: (asked: Asked) => Promise<unknown>];

type Case = readonly [name: string, ask: (resources: Resources, store: Store) => Promise<unknown>];

/** Each with the largest page that may be asked for, over a store that `fillStore` filled. */
export function listingsOf(sizes: FillSizes): readonly Listing[] {
  return casesOf(sizes).map(([name, ask]) => [
    name,
    async (asked) => ask(asked as Resources, await asked.store()),
  ]);
}

function casesOf(sizes: FillSizes): readonly Case[] {
  const { runs, models, scorings } = sizes;
  const before = timeOf(Math.floor(runs / 2));
  const [oldModel, newModel] = [modelName(Math.floor(models / 3)), modelOf(runs - 1, sizes)];
  const middle = { limit: PAGE, before };
  const first = { limit: PAGE };
  return [
    ['runs', (all) => listRuns(all, first)],
    ['runs, from the middle', (all) => listRuns(all, middle)],
    ['runs of a verb, from the middle', (all) => listRuns(all, { ...middle, verb: 'ingest' })],
    ['runs of a verb that never ran', (all) => listRuns(all, { ...first, verb: 'promote' })],
    ['a run with its steps and files', (all) => showRun(all, runId(runs - 1))],
    ['what runs now', (all) => runningNow(all)],
    ['durations of a step', (_, store) => store.stepHistory('ingest', PAGE)],
    ['files of the last ingestion', (all) => listFiles(all, { limit: 1000, offset: 0 })],
    ['snapshots', (all) => listSnapshots(all, first)],
    ['snapshots, from the middle', (all) => listSnapshots(all, middle)],
    ['models', (all) => listModels(all, first)],
    ['models, from the middle', (all) => listModels(all, middle)],
    ['names of models (champion, previous)', (all) => readAliases(all)],
    ['a model by the beginning of its version', (all) => resolveVersion(all, oldModel)],
    ['versions that begin alike', (_, store) => store.versions('m', 1000)],
    ['models that may be pruned', (_, store) => store.unboundModels()],
    ['scores of a model', (_, store) => store.scores({ limit: 100, modelVersion: oldModel })],
    ['deployments', (all) => listDeployments(all, first)],
    ['deployments, from the middle', (all) => listDeployments(all, middle)],
    ['deployments of a model', (_, store) => store.deployments({ limit: 100, modelVersion: oldModel })],
    ['notes', (all) => listNotes(all, null, first)],
    ['notes, from the middle', (all) => listNotes(all, null, middle)],
    ['notes on a model', (all) => listNotes(all, oldModel, first)],
    ['checks', (all) => listChecks(all, first)],
    ['checks, from the middle', (all) => listChecks(all, middle)],
    ['the newest look for drift', (all) => newestLook(all)],
    ['estimates beside their truth', (_, store) => estimateRecords(store)],
    ['values of the charts of a model', (_, store) => readReportValues(store, { version: newModel })],
    ['scorings', (_, store) => store.scorings(1000)],
    ['scores of an earlier version', (_, store) => store.inlineScores(runId(runs - scorings))],
    ['the oldest scoring of an earlier version', (_, store) => store.inlineScoring()],
    ['rows of looks of an earlier version', (_, store) => store.inlineRows(8)],
    ['references to kept rows', (_, store) => store.keptReferences()],
    ['notes on a client', (_, store) => store.clientNotes('C-0000001', PAGE)],
    ['outcomes of a client', (_, store) => store.outcomes('C-0000001', PAGE)],
    ['outcomes that wait', (_, store) => store.waitingOutcomes(1000)],
    ['re-admitted rows of a file', (_, store) => store.readmissions('file-00001.csv')],
    ['trends as they come', (_, store) => readTrends(store, TRENDS)],
    ['trends by run', (_, store) => readTrends(store, { ...TRENDS, by: 'run' })],
    [
      'trends by run, from the middle',
      (_, store) => readTrends(store, { ...TRENDS, by: 'run', until: before }),
    ],
    [
      'trends by run, of an old model',
      (_, store) => readTrends(store, { ...TRENDS, by: 'run', modelVersion: oldModel }),
    ],
    ['one trend by day', (_, store) => readTrends(store, { ...TRENDS, series: ONE, by: 'day' })],
    ['one trend by month', (_, store) => readTrends(store, { ...TRENDS, series: ONE, by: 'month' })],
    ['one trend by model', (_, store) => readTrends(store, { ...TRENDS, series: ONE, by: 'model' })],
    ['trends by day', (_, store) => readTrends(store, { ...TRENDS, by: 'day' })],
    ['trends by week', (_, store) => readTrends(store, { ...TRENDS, by: 'week' })],
    ['trends by month', (_, store) => readTrends(store, { ...TRENDS, by: 'month' })],
    ['trends by model', (_, store) => readTrends(store, { ...TRENDS, by: 'model' })],
    ['names of trends', (_, store) => store.measurementNames()],
  ];
}
