/** A workspace with a history: a first model, then clients that behave differently, rows that were not accepted, and a new model. */
import { createWorkspace, type Workspace } from '../e2e/workspace.ts';
import { clientFile } from './client-files.ts';

const BROKEN = ['c9001,many,2,basic,900,Ada,retail,0', 'c9002,12,3,plus,1200,Ben,industry,maybe', 'c9003,7'];

/** Makes it with two runs of the built command. */
export async function createSampleWorkspace(): Promise<Workspace> {
  const workspace = createWorkspace(
    {
      'sourcedata/january.csv': clientFile({ seed: 1, rows: 400, ticketWeight: 0.15 }),
      'testdata/testdata.csv': clientFile({ seed: 2, rows: 300, ticketWeight: 0.15 }),
    },
    {
      input_folder_path: 'sourcedata',
      output_model_path: 'models',
      columns: {
        id: 'client',
        target: 'left',
        numeric: ['logins', 'tickets'],
        categorical: ['plan'],
        value: 'value',
        owner: 'owner',
        segment: 'segment',
      },
      labels: { missing: 'keep' },
      campaign: { contact_cost: 5, offer_cost: 50, success_rate: 0.4 },
      threshold: 'f1',
      gate: 'always',
    },
  );
  await workspace.run();
  workspace.write(
    'sourcedata/february.csv',
    clientFile({ seed: 3, rows: 400, ticketWeight: -0.35, unlabelled: 0.3, broken: BROKEN }),
  );
  await workspace.run();
  return workspace;
}
