/** Every call of the API answered over a workspace. A redeployment or a new snapshot shows in the next answer. */
import { TidewatchError } from '../base/errors.ts';
import { givenRowReader } from '../formats/given-row.ts';
import { createChartAnswers } from '../pipeline/answers/chart-answers.ts';
import { requestsFolder } from '../pipeline/answers/requests-folder.ts';
import { clientsCsv, rankedClients } from '../pipeline/clients/ranked-clients.ts';
import { createRiskBook } from '../pipeline/clients/risk-book.ts';
import { readServedModel } from '../pipeline/models/live-model.ts';
import type { Resources } from '../pipeline/resources.ts';
import type { RunControl } from '../pipeline/run/run-control.ts';
import { createPredictor } from '../steps/predict.ts';
import type { ROUTES } from './contract.ts';
import type { DataFolders } from './data-path.ts';
import type { Handlers } from './handler.ts';
import { chartHandlers } from './handlers/charts.ts';
import { clientHandlers } from './handlers/clients.ts';
import { dataHandlers } from './handlers/data.ts';
import { driftHandlers } from './handlers/drift.ts';
import { fileHandlers } from './handlers/files.ts';
import { modelHandlers } from './handlers/models.ts';
import { predictionHandlers } from './handlers/prediction.ts';
import { quarantineHandlers } from './handlers/quarantine.ts';
import { registryHandlers } from './handlers/registry.ts';
import { riskHandlers } from './handlers/risks.ts';
import { runHandlers } from './handlers/runs.ts';
import { scoringHandlers } from './handlers/scoring.ts';
import { healthHandlers, homeHandlers } from './handlers/server.ts';
import { thresholdHandlers } from './handlers/threshold.ts';
import { todayHandlers } from './handlers/today.ts';
import { trendHandlers } from './handlers/trends.ts';

/** A handler for each entry of the contract. */
export type Api = Handlers<typeof ROUTES>;

/** Raising columns that an explanation takes away, one after the other. */
const WITHOUT = 3;

/** But for what a POST changes, no call writes anything that a later one could see. */
export function createApi(resources: Resources, control: RunControl): Api {
  const { workspace, contract, clock } = resources;
  const { root, paths } = workspace;
  const predictor = createPredictor(
    {
      currentId: resources.live.currentId,
      liveModel: () => readServedModel(resources),
      engine: () => resources.engine(),
      clock,
    },
    { contract, workspace: root, temporaryFolder: requestsFolder(workspace) },
  );
  const book = createRiskBook(resources);
  const readRow = givenRowReader(contract);
  const folders: DataFolders = { root, folders: [paths.input, paths.testData, paths.output] };
  return {
    ...homeHandlers(resources.version),
    ...predictionHandlers(
      (input) => predictor.predict('path' in input ? { paths: [input.path] } : input),
      folders,
    ),
    ...scoringHandlers(resources, predictor.model),
    ...dataHandlers(resources),
    ...riskHandlers({
      list: (query) => rankedClients(resources, book, query),
      csv: (query) => clientsCsv(resources, book, query),
      explain: async (subject) =>
        book.explain('id' in subject ? subject : { row: readRow(subject.row), at: clock.now() }, {
          without: WITHOUT,
        }),
    }),
    ...modelHandlers(resources),
    ...registryHandlers(resources),
    ...trendHandlers(resources),
    ...chartHandlers(createChartAnswers(resources).chart),
    ...driftHandlers(resources),
    ...todayHandlers(resources, control),
    ...runHandlers(resources, control),
    ...fileHandlers(resources),
    ...quarantineHandlers(resources),
    ...clientHandlers(resources, book),
    ...thresholdHandlers(resources, book),
    ...healthHandlers(async () => {
      await checkStore(resources);
      await predictor.model();
    }),
  };
}

async function checkStore(resources: Pick<Resources, 'store'>): Promise<void> {
  if (await (await resources.store()).ready()) return;
  throw new TidewatchError('store-unavailable', 'The state store does not answer, or is of another version.');
}
