/** A table written in the ways of people's programs is the same table everywhere, or refused with the reason; never half of it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IngestSummary } from '../../src/app.ts';
import { parseAnswer, tidewatch } from './command.ts';
import { CLIENTS, PLAIN_FILE, VARIANTS, type Variant } from './file-variants.ts';
import { endServers, type Served, serve } from './served.ts';
import { openWorkspace, removeWorkspaces, temporaryFolder, type Workspace } from './workspace.ts';

let plain: Workspace;
let server: Served;
let finaldata: string;
let predicted: string;

/** The workspace that `init` makes of a file. */
async function made({ file, bytes }: Pick<Variant, 'file' | 'bytes'>, options: readonly string[]) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, file), bytes);
  const root = join(folder, 'w');
  const outcome = await tidewatch(['init', join(folder, file), '-w', root, '--json', ...options]);
  return { folder, outcome, workspace: openWorkspace(root) };
}

const finalOf = (workspace: Workspace) => workspace.read('ingesteddata/finaldata.csv');
const errorOf = (stdout: string) => (JSON.parse(stdout) as { error: { message: string } }).error.message;

beforeAll(async () => {
  const { workspace } = await made(PLAIN_FILE, []);
  plain = workspace;
  await plain.run();
  finaldata = finalOf(plain);
  expect(finaldata.split('\n')).toHaveLength(CLIENTS.length + 2);
  predicted = await predictionsOf(PLAIN_FILE);
  server = await serve(plain.root);
});
afterAll(async () => {
  await endServers();
  removeWorkspaces();
});

async function predictionsOf({ file, bytes }: Variant): Promise<string> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, file), bytes);
  const out = join(folder, 'out.csv');
  const outcome = await plain.tidewatch('predict', join(folder, file), '-o', out, '--json');
  return outcome.exit === 0 ? readFileSync(out, 'utf8') : errorOf(outcome.stdout);
}

describe.each(VARIANTS)('$name', (variant) => {
  it('makes the same workspace', async () => {
    if (variant.asks !== null) {
      const { outcome } = await made(variant, []);
      expect(outcome.exit).not.toBe(0);
      expect(errorOf(outcome.stdout)).toMatch(variant.asks);
    }
    const { outcome, workspace } = await made(variant, variant.options);
    expect(outcome.exit, outcome.stdout + outcome.stderr).toBe(0);
    const ingested = await workspace.tidewatch('ingest', '--json');
    expect(ingested.exit, ingested.stdout).toBe(0);
    expect(parseAnswer<IngestSummary>(ingested).rows).toMatchObject({
      kept: CLIENTS.length,
      duplicates: 0,
      quarantined: 0,
    });
    expect(finalOf(workspace)).toBe(finaldata);
  });

  it('is known again, and has the same predictions, where the plain file was taken', async () => {
    const copy = plain.copy();
    writeFileSync(join(copy.root, 'sourcedata', `later-${variant.file}`), variant.bytes);
    const outcome = await copy.tidewatch('ingest', '--json');
    expect(finalOf(copy)).toBe(finaldata);
    const predictions = await predictionsOf(variant);
    if (variant.refused === null) {
      expect(outcome.exit, outcome.stdout).toBe(0);
      const { rows } = parseAnswer<IngestSummary>(outcome);
      expect(rows).toMatchObject({ duplicates: CLIENTS.length, quarantined: 0 });
      expect(predictions).toBe(predicted);
    } else {
      expect(outcome.stdout).toMatch(variant.refused);
      expect(predictions).toMatch(variant.refused);
    }
  });

  it.runIf(variant.posted !== null)('has the same predictions from the API', async () => {
    const answer = await fetch(`${server.url}/prediction`, {
      method: 'POST',
      headers: { 'content-type': variant.posted ?? '' },
      body: new Uint8Array(variant.bytes),
    });
    const body = (await answer.json()) as { probabilities?: number[]; error?: { message: string } };
    if (variant.refused === null) {
      expect(answer.status, JSON.stringify(body)).toBe(200);
      const wanted = predicted.trim().split('\n').slice(1);
      expect(body.probabilities).toEqual(wanted.map((line) => Number(line.split(',')[1])));
    } else {
      expect(answer.status).toBe(422);
      expect(body.error?.message).toMatch(variant.refused);
    }
  });
});
