/** Models that leave the system: what others score with them is what it scores itself, or they are refused. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { afterAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/base/errors.ts';
import { createRandom } from '../../src/base/random.ts';
import { SQL_DIALECTS } from '../../src/core/models/sql/dialect.ts';
import { parseAnswer } from './command.ts';
import { createWorkspace, removeWorkspaces, type Workspace } from './workspace.ts';

afterAll(removeWorkspaces);

interface Exported {
  readonly check: {
    readonly database: string | null;
    readonly rows: number;
    readonly largestDifference: number;
  };
}

/** Clients with a number each, who leave where it is below the middle; one in eight does otherwise. */
function csvOf(column: string, numberAt: (u: number) => number, seed: number, rows: number): string {
  const random = createRandom(seed);
  const middle = numberAt(0.5);
  const lines = Array.from({ length: rows }, (_, k) => {
    const value = numberAt(random.uniform());
    const left = value < middle !== random.uniform() < 0.125;
    return `c${seed}-${k},${value},${random.below(72)},${left ? 1 : 0}`;
  });
  return `${[`id,${column},tenure,left`, ...lines].join('\n')}\n`;
}

async function trained(
  column: string,
  numberAt: (u: number) => number,
  model: 'logistic' | 'boosted',
): Promise<Workspace> {
  const made = createWorkspace(
    {
      'practicedata/clients.csv': csvOf(column, numberAt, 1, 400),
      'testdata/test.csv': csvOf(column, numberAt, 2, 100),
      'new.csv': csvOf(column, numberAt, 3, 200),
    },
    { model, columns: { id: 'id', target: 'left', numeric: [column, 'tenure'] } },
  );
  await made.run();
  return made;
}

const DAY_MS = 86_400_000;
/** Whole numbers that single precision cannot tell from their neighbours, close together. */
const LONG_NUMBERS = {
  'a date as yyyymmdd': (u: number) => 20240601 + Math.floor(30 * u),
  'milliseconds since 1970': (u: number) => 1_718_193_659_123 + Math.floor(DAY_MS * u),
  'an amount in cents': (u: number) => 2_000_000_000 + Math.floor(300 * u),
  'an account number': (u: number) => 900_000_000_000_000 + Math.floor(1e6 * u),
} as const;

describe.each(Object.entries(LONG_NUMBERS))('a model over %s', (_name, numberAt) => {
  it.each(['logistic', 'boosted'] as const)('scores by ONNX as by the command (%s)', async (model) => {
    const made = await trained('number', numberAt, model);
    const { check } = parseAnswer<Exported>(
      await made.tidewatch('export', '--onnx', '-o', join(made.root, 'm.onnx'), '--json'),
    );
    expect(check).toMatchObject({ database: null });
    expect(check.rows).toBeGreaterThan(400);
    expect(check.largestDifference).toBeLessThan(1e-9);
    const sql = parseAnswer<Exported>(
      await made.tidewatch('export', '--sql', 'sqlite', '--table', 't', '--json'),
    );
    expect(sql.check).toMatchObject({ database: 'SQLite' });
    const out = join(made.root, 'out.csv');
    expect((await made.tidewatch('predict', join(made.root, 'new.csv'), '-o', out)).exit).toBe(EXIT.ok);
    const given = rowsOf(made.read('new.csv'));
    const expected = rowsOf(made.read('out.csv'));
    const session = await ort.InferenceSession.create(
      new Uint8Array(readFileSync(join(made.root, 'm.onnx'))),
    );
    const feeds = session.inputNames.map((name) => {
      const values = Float64Array.from(given, (row) => Number(row[name]));
      return [name, new ort.Tensor('float64', values, [given.length, 1])] as const;
    });
    const answer = await session.run(Object.fromEntries(feeds));
    const probabilities = Array.from(answer['probability']?.data as Float64Array);
    const labels = Array.from(answer['label']?.data as BigInt64Array, Number);
    expect(new Set(probabilities).size).toBeGreaterThan(5);
    for (const [i, row] of expected.entries()) {
      expect(probabilities[i]).toBeCloseTo(Number(row['probability']), 9);
      expect(labels[i]).toBe(Number(row['prediction']));
    }
  });
});

describe('a model of columns whose names differ by case only', () => {
  it('goes to PostgreSQL and ONNX, and is refused by name for the others', async () => {
    const files = (seed: number, rows: number) =>
      csvOf('Score', (u) => Math.floor(100 * u), seed, rows).replace('tenure', 'score');
    const made = createWorkspace(
      { 'practicedata/clients.csv': files(1, 300), 'testdata/test.csv': files(2, 80) },
      { model: 'logistic', columns: { id: 'id', target: 'left', numeric: ['Score', 'score'] } },
    );
    await made.run();
    for (const dialect of SQL_DIALECTS) {
      const outcome = await made.tidewatch('export', '--sql', dialect, '--table', 'clients');
      if (dialect === 'postgres') {
        expect(outcome.exit).toBe(EXIT.ok);
        expect(outcome.stdout).toContain('t."Score"');
        continue;
      }
      expect(outcome.exit, dialect).toBe(EXIT.data);
      expect(outcome.stderr).toContain('"Score" and "score"');
      expect(outcome.stderr).not.toMatch(/should not happen|\n\s+at /);
    }
    const onnx = await made.tidewatch('export', '--onnx', '-o', join(made.root, 'm.onnx'));
    expect(onnx).toMatchObject({
      exit: EXIT.ok,
      stdout: expect.stringContaining('read back from its bytes'),
    });
  });
});

function rowsOf(csv: string): Record<string, string>[] {
  const [head = '', ...lines] = csv.trim().split(/\r?\n/);
  const names = head.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, k) => [name, cells[k] ?? '']));
  });
}
