/** A table of events beside that of the clients: through the whole process, with what people do to such files. */

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { sha256 } from '../../src/base/hash.ts';
import { loadWorkspace } from '../../src/config/load.ts';
import type { ConfigInput } from '../../src/config/schema.ts';
import { parseModel } from '../../src/core/models/model-file.ts';
import { contractOfConfig } from '../../src/formats/contract/contract.ts';
import { createPredictor } from '../../src/steps/predict.ts';
import { parseAnswer } from './command.ts';
import { createWorkspace, removeWorkspaces, type Workspace } from './workspace.ts';

const MONTHS = ['2025-04-01', '2025-05-01', '2025-06-01', '2025-07-01'];
const CONFIG: Partial<ConfigInput> = {
  columns: {
    id: 'client',
    time: 'month',
    target: 'left',
    numeric: ['seats'],
    derived: {
      events_30: { events: 'count', days: 30 },
      logins_30: { events: 'count', days: 30, type: 'login' },
      paid_90: { events: 'sum', days: 90 },
      idle: { events: 'days_since_last' },
      seats_change: { change: 'seats' },
    },
  },
  tables: { events: { path: 'events', id: 'who', time: 'at', type: 'what', amount: 'eur', key: 'n' } },
};

/** Whether a client leaves in the month after, told by nothing that is in the table of clients. */
const leaves = (client: number, month: number) => (client * 7 + month * 3) % 5 === 0;

function clientsText(from: number, to: number): string {
  const rows = MONTHS.flatMap((month, m) =>
    Array.from({ length: to - from }, (_, k) => {
      const client = from + k;
      return `c${client},${month},${1 + ((client * 11 + m * 5) % 7)},${leaves(client, m) ? 1 : 0}\n`;
    }),
  );
  return `client,month,seats,left\n${rows.join('')}`;
}

const day = (month: string, days: number) =>
  new Date(Date.parse(month) + days * 86_400_000).toISOString().slice(0, 19);

/** Quiet before one leaves where `when` is before a month; the same told afterwards where it is behind. */
function eventsText(clients: number, when: 'before' | 'after'): string {
  const lines: string[] = [];
  let n = 0;
  for (let client = 0; client < clients; client++) {
    lines.push(`c${client},${day('2025-01-01', client % 9)},login,1,${n++}`);
    for (const [m, month] of MONTHS.entries()) {
      const many = leaves(client, m) ? 1 : 6;
      for (let k = 0; k < many; k++) {
        const days = when === 'before' ? -1 - 4 * k : 0.01 + k * 0.001;
        // After a month that tells, silence until the next, which would otherwise look back at it.
        const at = day(month, days);
        lines.push(`c${client},${at},${k % 2 ? 'login' : 'order'},${k},${n++}`);
      }
    }
  }
  return `who,at,what,eur,n\n${lines.join('\n')}\n`;
}

function workspaceWith(events: string, months = clientsText(0, 150)): Workspace {
  return createWorkspace(
    {
      'practicedata/clients.csv': months,
      'testdata/test.csv': clientsText(150, 200),
      'events/a.csv': events,
    },
    CONFIG,
  );
}

afterAll(removeWorkspaces);

describe('a table of events', () => {
  let workspace: Workspace;
  beforeAll(() => {
    workspace = workspaceWith(eventsText(205, 'before'));
  });

  it('is learned from, and its share of unknown clients is told', async () => {
    const { events, model, score } = await workspace.run();
    expect(events?.rows).toMatchObject({ duplicates: 0, quarantined: 0 });
    expect(events?.met?.unknown).toBeGreaterThan(0);
    expect(model).not.toBe(null);
    // Seats tell nothing; events before a month tell all.
    expect(score.deployed).toBeGreaterThan(0.95);
    const { stdout } = await workspace.tidewatch('explain', 'c0');
    expect(stdout).toMatch(/events? in the 30 days before, (?:as for|more than|fewer than) /);
  }, 60_000);

  it('is told from one that has not changed, and new events score the clients anew', async () => {
    expect((await workspace.run()).result).toBe('no-new-data');
    workspace.write(
      'events/late.csv',
      `who,at,what,eur,n\n${Array.from({ length: 9 }, (_, k) => `c2,2025-06-2${k},order,3,l${k}\n`).join('')}c3,soon,order,x,l9\n`,
    );
    const ran = await workspace.run();
    expect(ran.result).toBe('no-drift');
    expect(ran.steps.find(({ name }) => name === 'detect')?.note).toContain('events/late.csv');
    expect(ran.steps.find(({ name }) => name === 'rank')?.status).toBe('succeeded');
    expect(ran.events?.rows.quarantined).toBe(1);
    // The rows of clients are the ones they were: nothing about them has been looked at twice.
    expect(ran.rows?.kept).toBe(600);
    expect((await workspace.run()).result).toBe('no-new-data');
  }, 60_000);

  it('has its quarantine shown, and mended rows put back among the events', async () => {
    const listed = parseAnswer<{ files: { name: string; rows: number }[] }>(
      await workspace.tidewatch('quarantine', 'list', '--json'),
    );
    expect(listed.files).toMatchObject([{ name: 'events/late.csv', rows: 1 }]);
    const text = 'c3,2025-06-20,order,4,l9';
    const { exit } = await workspace.tidewatch(
      'quarantine',
      'readmit',
      'events/late.csv',
      '11',
      '--text',
      text,
    );
    expect(exit).toBe(0);
    expect((await workspace.run()).events?.rows.read).toBeGreaterThan(0);
    const again = parseAnswer<{ rows: { readmitted: string | null }[] }>(
      await workspace.tidewatch('quarantine', 'list', '--file', 'events/late.csv', '--json'),
    );
    expect(again.rows[0]?.readmitted).toMatch(/^readmitted-/);
  }, 60_000);

  it('is there for a file that is predicted, as of the time of its rows', async () => {
    workspace.write('some.csv', 'client,month,seats\nc1,2025-05-01,3\nc1,2024-01-01,3\n');
    const { exit, stderr } = await workspace.tidewatch(
      'predict',
      join(workspace.root, 'some.csv'),
      '-o',
      join(workspace.root, 'p.csv'),
    );
    expect([exit, stderr]).toEqual([0, expect.any(String)]);
    expect(workspace.read('p.csv').split('\n')).toHaveLength(4);
    workspace.write('other.csv', 'client,seats\nc1,3\n');
    const refused = await workspace.tidewatch(
      'predict',
      join(workspace.root, 'other.csv'),
      '-o',
      join(workspace.root, 'q.csv'),
    );
    expect(refused.stderr).toContain('"month" is missing');
  }, 60_000);

  it('may be left out of a row that comes as JSON, which is told', async () => {
    const model = parseModel(workspace.read('practicemodels/trainedmodel.json'), sha256, 'the model');
    const predictor = createPredictor(
      {
        currentId: () => 'live',
        liveModel: async () => model,
        engine: () => Promise.reject(new Error('Rows need no engine.')),
        clock: systemClock,
      },
      {
        contract: contractOfConfig(loadWorkspace(workspace.root).config, workspace.root),
        workspace: workspace.root,
        temporaryFolder: workspace.root,
      },
    );
    const given = { seats: 3, events_30: 4, logins_30: 2, paid_90: 1, idle: 3, seats_change: 0 };
    expect(await predictor.predict({ rows: [given] })).not.toHaveProperty('notGiven');
    const { idle: _, ...rest } = given;
    const { notGiven, rows } = await predictor.predict({ rows: [given, rest, rest] });
    expect([rows, notGiven]).toEqual([3, [{ column: 'idle', rows: 2 }]]);
    const { seats: __, ...lacking } = given;
    await expect(predictor.predict({ rows: [lacking] })).rejects.toThrow(/no column "seats"/);
  });

  it('is missed where its folder is gone or empty, in words that name it', async () => {
    const other = workspaceWith(eventsText(20, 'before'), clientsText(0, 20));
    rmSync(join(other.root, 'events'), { recursive: true });
    expect((await other.tidewatch('run')).stderr).toContain(join(other.root, 'events'));
    mkdirSync(join(other.root, 'events'));
    expect((await other.tidewatch('run')).stderr).toMatch(/events has no data file/);
    expect((await other.tidewatch('doctor')).stdout).toMatch(/events +problem/);
  }, 60_000);
});

describe('what happens after a row', () => {
  it('teaches nothing, however well it tells who left', async () => {
    // Months far enough apart that what tells of one is behind the windows of the next.
    const future = await workspaceWith(
      eventsText(205, 'after'),
      clientsText(0, 150)
        .split('\n')
        .filter((line) => !/2025-0[567]/.test(line))
        .join('\n'),
    );
    future.write(
      'testdata/test.csv',
      clientsText(150, 205)
        .split('\n')
        .filter((line) => !/2025-0[567]/.test(line))
        .join('\n'),
    );
    const { score } = await future.run();
    expect(score.deployed).toBeLessThan(0.5);
  }, 60_000);
});
