/** Shadow mode end to end: a retrained model scores beside the live one until new labelled rows decide. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelDetail } from '../../src/pipeline/models/model-history.ts';
import type { ChallengeRecord } from '../../src/store/port/challenges.ts';
import { openStore } from '../../src/store/store.ts';
import { clientsCsv } from './clients.ts';
import { parseAnswer } from './command.ts';
import { readTrio } from './trio.ts';
import { createWorkspace, removeWorkspaces, type Workspace } from './workspace.ts';

afterAll(removeWorkspaces);

const SEQUENTIAL = { gate: 'sequential', input_folder_path: 'sourcedata' } as const;

/** A live model, and a challenger that was trained on clients who behave the other way round. */
interface Challenged {
  readonly workspace: Workspace;
  readonly champion: string;
  readonly challenger: string;
}

let given: Challenged;
beforeAll(async () => {
  given = await challenge();
}, 240_000);

/** The same in a workspace of the test's own. */
function challenged(): Challenged {
  return { ...given, workspace: given.workspace.copy() };
}

async function challenge(): Promise<Challenged> {
  const workspace = createWorkspace({
    'practicedata/a.csv': clientsCsv({ rows: 60 }),
    'testdata/test.csv': clientsCsv({ from: 500, rows: 60 }),
    'sourcedata/b.csv': clientsCsv({ from: 1000, rows: 80, flipped: true }),
  });
  await workspace.run();
  const champion = readTrio(workspace.root)?.modelVersion ?? '';
  workspace.configure(SEQUENTIAL);
  const opened = await workspace.run();
  expect(opened.result).toBe('challenger-shadowing');
  expect(opened.gate).toMatchObject({ rule: 'sequential', accepted: false, shadow: true });
  expect(opened.deployment).toBeNull();
  expect(opened.model?.version).toBe(champion);
  const [open] = await challengesOf(workspace);
  expect(open).toMatchObject({ status: 'open', champion, rows: 0, runId: opened.run });
  return { workspace, champion, challenger: open?.challenger ?? '' };
}

async function challengesOf(workspace: Workspace): Promise<readonly ChallengeRecord[]> {
  const store = await openStore(join(workspace.root, 'tidewatch.db'));
  try {
    return await store.challenges({ limit: 10 });
  } finally {
    await store.close();
  }
}

async function shown(workspace: Workspace, name: string): Promise<ModelDetail> {
  return parseAnswer<ModelDetail>(await workspace.tidewatch('models', 'show', name, '--json'));
}

describe.concurrent('a challenger in the shadow', () => {
  it('goes live once new rows show that it is better, and each row counts once', async () => {
    const { workspace, champion, challenger } = challenged();
    workspace.write('sourcedata/c.csv', clientsCsv({ from: 2000, rows: 2, flipped: true }));
    const early = await workspace.run();
    expect(early.result).toBe('challenger-shadowing');
    expect(early.challenge).toMatchObject({ outcome: 'undecided', challenger, rows: 2 });
    expect(early.steps.map(({ name }) => name)).not.toContain('train');
    expect(readTrio(workspace.root)?.modelVersion).toBe(champion);

    const standing = await shown(workspace, 'challenger');
    expect(standing).toMatchObject({ version: challenger, live: false, challenge: { champion, rows: 2 } });
    const { stdout } = await workspace.tidewatch('models', 'show', 'challenger');
    expect(stdout).toContain(`Challenges ${champion} since`);
    expect(stdout).toMatch(/compared on 2 new labelled rows\.\n.*evidence .* is needed/);

    workspace.write('sourcedata/d.csv', clientsCsv({ from: 3000, rows: 60, flipped: true }));
    const decided = await workspace.run();
    expect(decided.result).toBe('redeployed');
    expect(decided.challenge).toMatchObject({ outcome: 'promote', rows: 62 });
    expect(decided.steps.map(({ name }) => name)).not.toContain('train');
    expect(decided.model?.version).toBe(challenger);
    expect(decided.deployment?.reason).toContain('the challenger is better');
    expect(readTrio(workspace.root)).toMatchObject({ modelVersion: challenger, runId: decided.run });
    expect(await challengesOf(workspace)).toMatchObject([
      { status: 'promoted', rows: 62, decidedRun: decided.run, reason: decided.deployment?.reason },
    ]);
    expect((await shown(workspace, 'previous')).version).toBe(champion);
  });

  it('is given up once new rows show that it is worse', async () => {
    const { workspace, champion, challenger } = challenged();
    workspace.write('sourcedata/c.csv', clientsCsv({ from: 2000, rows: 60 }));
    const decided = await workspace.run();
    expect(decided.challenge).toMatchObject({ outcome: 'retire', challenger, rows: 60 });
    expect(readTrio(workspace.root)?.modelVersion).toBe(champion);
    const challenges = await challengesOf(workspace);
    expect(challenges.at(-1)).toMatchObject({ challenger, status: 'retired', decidedRun: decided.run });
    // Where the live model has drifted all the same, a newly trained one challenges in the same run.
    const again = decided.check?.drift === true;
    expect(decided.result).toBe(again ? 'challenger-shadowing' : 'challenger-refused');
    expect(challenges).toHaveLength(again ? 2 : 1);
  });

  it('makes way for a newer one once there is twice the data that it was trained on', async () => {
    const { workspace, champion, challenger } = challenged();
    // Half the clients behave the one way and half the other, so that neither model is soon shown to be better.
    const half = { from: 2000, rows: 41 };
    workspace.write('sourcedata/c.csv', clientsCsv(half));
    workspace.write('sourcedata/d.csv', clientsCsv({ from: 2041, rows: 41, flipped: true }));
    const outgrown = await workspace.run();
    expect(outgrown.check?.drift).toBe(true);
    expect(outgrown.challenge?.outcome).toBe('undecided');
    expect(outgrown.result).toBe('challenger-shadowing');
    expect(await challengesOf(workspace)).toMatchObject([
      { status: 'open', champion, rows: 0 },
      { status: 'superseded', challenger, decidedRun: outgrown.run },
    ]);
  });

  it('is promoted by hand, or set aside where another model goes live or the gate changes', async () => {
    const { workspace, champion, challenger } = challenged();
    const byHand = workspace.copy();
    const promoted = await byHand.tidewatch('models', 'promote', 'challenger', '--reason', 'seen enough');
    expect(promoted.exit).toBe(0);
    expect(readTrio(byHand.root)?.modelVersion).toBe(challenger);
    expect(await challengesOf(byHand)).toMatchObject([{ status: 'promoted', reason: 'seen enough' }]);
    expect((await byHand.tidewatch('models', 'show', 'challenger')).exit).toBe(5);

    expect((await byHand.tidewatch('models', 'rollback')).exit).toBe(0);
    expect(readTrio(byHand.root)?.modelVersion).toBe(champion);

    workspace.configure({ ...SEQUENTIAL, gate: 'not-worse' });
    workspace.write('sourcedata/c.csv', clientsCsv({ from: 2000, rows: 2, flipped: true }));
    const run = await workspace.run();
    expect(run.challenge).toBeNull();
    expect(await challengesOf(workspace)).toMatchObject([
      { status: 'superseded', reason: expect.stringContaining('the gate not-worse') },
    ]);
  });
});
