/** A workspace made from files whose rows are of periods, and whose clients have names of their own. */
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { FileProposal } from '../../src/steps/propose.ts';
import { parseAnswer, tidewatch } from './command.ts';
import { openWorkspace, removeWorkspaces, temporaryFolder, type Workspace } from './workspace.ts';

afterAll(removeWorkspaces);

const CLIENTS = 60;

/** Rows of some months, a row a client and month; who uses little leaves. */
function monthsCsv(months: readonly string[], first: number): string {
  const lines = months.flatMap((month, m) =>
    Array.from({ length: CLIENTS }, (_, k) => {
      const usage = (k * 37 + m * 11) % 100;
      return `C${String(first + m * CLIENTS + k).padStart(6, '0')},${month},${usage},${k % 3 === 0 ? 'basic' : 'plus'},${usage < 30 || (k + m) % 13 === 0 ? 1 : 0}`;
    }),
  );
  return `${['client_ref,month,usage,plan,churned', ...lines].join('\n')}\n`;
}

async function made(csv: string): Promise<{ workspace: Workspace; proposal: FileProposal }> {
  const folder = openWorkspace(temporaryFolder());
  folder.write('clients.csv', csv);
  const workspace = openWorkspace(join(folder.root, 'w'));
  const outcome = await tidewatch(['init', join(folder.root, 'clients.csv'), '-w', workspace.root, '--json']);
  expect(outcome.stderr).toBe('');
  return { workspace, proposal: parseAnswer<FileProposal>(outcome) };
}

describe.concurrent('a month', () => {
  it.each([
    ['YYYY-MM', (m: number) => `2024-0${m}`],
    ['YYYYMM', (m: number) => `20240${m}`],
    ['MMM YYYY', (m: number) => `${['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun'][m - 1]} 2024`],
  ])(
    'written as %s is the time of the row: a new one is nothing that the model does not know',
    async (format, text) => {
      const { workspace, proposal } = await made(monthsCsv([1, 2, 3, 4, 5].map(text), 1000));
      expect(proposal.columns).toMatchObject({
        id: 'client_ref',
        time: 'month',
        numeric: ['usage'],
        categorical: ['plan'],
      });
      expect(proposal.input.dates).toEqual({ month: format });
      expect(JSON.parse(workspace.read('config.json'))).toMatchObject({
        input: { dates: { month: format } },
      });
      await workspace.run();
      workspace.write('sourcedata/june.csv', monthsCsv([text(6)], 9000));
      const summary = await workspace.run();
      expect(summary.rows).toMatchObject({ read: 6 * CLIENTS, kept: 6 * CLIENTS, quarantined: 0 });
      expect(workspace.read('ingesteddata/finaldata.csv')).toContain(',2024-06-01,');
      const seen = parseAnswer<{ inputs: { columns: { name: string }[] } }>(
        await workspace.tidewatch('watch', '--json'),
      );
      expect(seen.inputs.columns.map(({ name }) => name)).not.toContain('month');
    },
  );
});

describe.concurrent('a table like that of a music service', () => {
  it('has its client by unlike values, and dates in digits that are no features', async () => {
    const lines = Array.from({ length: 120 }, (_, k) => {
      const msno = Buffer.from(`client ${(k * 7919) % 100_003}`).toString('base64');
      const day = `2017${String(1 + (k % 2)).padStart(2, '0')}${String(1 + (k % 28)).padStart(2, '0')}`;
      return `${msno},${30 + (k % 5)},${day},${(k * 31) % 7 < 2 ? 1 : 0}`;
    });
    const { workspace, proposal } = await made(
      `${['msno,plan_days,transaction_date,is_churn', ...lines].join('\n')}\n`,
    );
    expect(proposal.columns).toMatchObject({ id: 'msno', numeric: ['plan_days'], time: null });
    const date = proposal.decisions.find(({ column }) => column === 'transaction_date');
    expect([date?.role, date?.why]).toEqual([
      'left-out',
      expect.stringMatching(/^it is a date, .*written as YYYYMMDD/),
    ]);
    await workspace.run();
  });
});
