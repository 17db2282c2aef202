/** Padded ids and other spellings of a value, as a person meets them: one client, one score, and a word on the rest. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Explanation } from '../../src/steps/explain.ts';
import type { PredictFileSummary } from '../../src/steps/predict-file.ts';
import type { Ranking } from '../../src/steps/rank.ts';
import { parseAnswer, tidewatch } from './command.ts';
import { openWorkspace, removeWorkspaces, temporaryFolder, type Workspace } from './workspace.ts';

const CLIENTS = 120;
const idOf = (client: number) => `C${String(client).padStart(5, '0')}`;
const valuesOf = (client: number) => {
  const tenure = 1 + ((client * 37) % 71);
  const calls = (client * 53) % 7;
  return {
    tenure,
    calls,
    vip: client % 3 === 0 ? 'True' : 'False',
    contract: client % 4 === 0 ? 'Monthly' : 'Yearly',
  };
};
const HEAD = 'customer_id,tenure,support_calls,vip,contract';
const january = Array.from({ length: CLIENTS }, (_, client) => {
  const { tenure, calls, vip, contract } = valuesOf(client);
  const churned = (tenure < 25 && client % 11 !== 0) || calls === 6 ? 1 : 0;
  return `${idOf(client)},${tenure},${calls},${vip},${contract},${churned}`;
});
/** As a CHAR(8) column and another program write them. */
const february = Array.from({ length: CLIENTS }, (_, client) => {
  const { tenure, calls, vip, contract } = valuesOf(client);
  return `${idOf(client)}  ,${tenure + 1}.0,${calls},${vip === 'True' ? 1 : 0},${contract}   `;
});

let workspace: Workspace;
beforeAll(async () => {
  const folder = temporaryFolder();
  workspace = openWorkspace(join(folder, 'w'));
  const data = openWorkspace(folder);
  data.write('january.csv', `${HEAD},churned\n${january.join('\n')}\n`);
  const made = await tidewatch(['init', join(folder, 'january.csv'), '-w', workspace.root]);
  expect(made.exit, made.stderr).toBe(0);
  await workspace.run();
  workspace.write('sourcedata/february.csv', `${HEAD}\n${february.join('\n')}\n`);
  await workspace.run();
}, 240_000);
afterAll(removeWorkspaces);

describe('clients whose ids come with blanks around them', () => {
  it('are the clients that they were', async () => {
    const { all, clients } = parseAnswer<Ranking>(
      await workspace.tidewatch('risks', '--top', '500', '--json'),
    );
    expect(all.clients).toBe(CLIENTS);
    expect(new Set(clients.map(({ id }) => id)).size).toBe(CLIENTS);
  });

  it('are found by the id in any of its spellings', async () => {
    for (const id of ['C00007', ' C00007  ']) {
      const told = parseAnswer<Explanation>(await workspace.tidewatch('explain', id, '--json'));
      expect(told.client).toMatchObject({ id: 'C00007' });
    }
  });
});

describe('predict', () => {
  const predict = async (name: string, rows: readonly string[], ...options: string[]) => {
    workspace.write(name, `${HEAD}\n${rows.join('\n')}\n`);
    const out = join(workspace.root, 'predictions.csv');
    return workspace.tidewatch('predict', join(workspace.root, name), '-o', out, ...options);
  };
  const rows = ['a,3,1,TRUE,Weekly', 'b,3,1,0,Weekly ', 'c,3,1,false,Daily', 'd,3,1,1,Monthly'];

  it('says which values the model does not know', async () => {
    const { stdout } = await predict('new.csv', rows);
    expect(stdout).toContain(
      'contract: 3 rows have values that the model does not know ("Weekly" 2, "Daily" 1)\n',
    );
    const { unseen } = parseAnswer<PredictFileSummary>(await predict('new.csv', rows, '--json'));
    expect(unseen).toEqual([
      {
        column: 'contract',
        rows: 3,
        values: [
          { value: 'Weekly', rows: 2 },
          { value: 'Daily', rows: 1 },
        ],
      },
    ]);
  });

  it('says nothing where the model knows all', async () => {
    const { stdout } = await predict('known.csv', ['a,3,1,True,Monthly ', 'b,3,1,0,Yearly']);
    expect(stdout).not.toContain('does not know');
  });
});
