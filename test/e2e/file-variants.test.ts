/** A table written in the ways of people's programs is the same table everywhere, or refused with the reason; never half of it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IngestSummary } from '../../src/pipeline/bound/single-steps.ts';
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

/** The rows with the names of columns, their order and the labels as the plain file has them. */
function plainRows(workspace: Workspace): string[] {
  const [header = [], ...rows] = finalOf(workspace)
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const names = header.map((name) => name.trim().toLowerCase().replaceAll(' ', '_'));
  const { positive } = (JSON.parse(workspace.read('config.json')) as { columns: { positive: string } })
    .columns;
  const places = (finaldata.split('\n')[0] ?? '').split(',').map((name) => names.indexOf(name));
  const target = names.indexOf('churned');
  return rows.map((cells) =>
    places.map((at) => (at === target ? (cells[at] === positive ? 'Yes' : 'No') : cells[at])).join(','),
  );
}
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
    expect(plainRows(workspace)).toEqual(finaldata.trimEnd().split('\n').slice(1));
  });

  it('is known again, and has the same predictions, where the plain file was taken', async () => {
    const copy = plain.copy();
    const name = `later-${variant.file.replace(/\.txt$/, '.csv')}`;
    writeFileSync(join(copy.root, 'sourcedata', name), variant.bytes);
    const outcome = await copy.tidewatch('ingest', '--json');
    expect(finalOf(copy)).toBe(finaldata);
    const predictions = await predictionsOf(variant);
    if (variant.refused === null) {
      expect(outcome.exit, outcome.stdout).toBe(0);
      const { rows } = parseAnswer<IngestSummary>(outcome);
      expect(rows).toMatchObject({ duplicates: CLIENTS.length, quarantined: 0 });
      expect(predictions).toBe(predicted);
    } else {
      const quarantine = `ingesteddata/quarantine/${name}.quarantine.csv`;
      const said = outcome.stdout + (copy.has(quarantine) ? copy.read(quarantine) : '');
      expect(said).toMatch(variant.refused);
      if (variant.isInput) expect(predictions).toMatch(variant.refused);
      else expect(predictions).toBe(predicted);
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
