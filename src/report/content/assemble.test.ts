import { describe, expect, it } from 'vitest';
import { column, exampleInput, exampleValues, MODEL } from '../../../test/example-report.ts';
import { evaluate } from '../../core/metrics/evaluate.ts';
import { assembleReport } from './assemble.ts';
import type { Block, DataTable, ReportContent, Section } from './document.ts';

const SECTIONS = ['summary', 'clients', 'quality', 'trend', 'drift', 'data', 'model', 'run', 'dependencies'];

function section(content: ReportContent, id: string): Section {
  const found = content.sections.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no section ${id}`);
  return found;
}

/** Every text of a section, one a line. */
function texts(content: ReportContent, id: string): string {
  return section(content, id).blocks.flatMap(textsOf).join('\n');
}

function textsOf(block: Block): readonly string[] {
  if (block.kind === 'heading' || block.kind === 'text') return [block.text];
  if (block.kind === 'list') return block.items;
  if (block.kind === 'callout') return [block.title, block.text];
  if (block.kind === 'facts') return block.items.flatMap(({ name, value, note }) => [name, value, note]);
  if (block.kind === 'figures') return block.items.flatMap(({ title, caption }) => [title, caption]);
  return [block.caption, ...block.rows.map((cells) => cells.join(' | ')), block.more ?? ''];
}

function table(content: ReportContent, id: string, caption: RegExp): DataTable {
  const found = section(content, id).blocks.find(
    (block) => block.kind === 'table' && caption.test(block.caption),
  );
  if (found?.kind !== 'table') throw new Error(`no table ${caption}`);
  return found;
}

describe('assembleReport', () => {
  it('says in words what is live, how good, since when, what the last run did and why, and what to do', () => {
    const content = assembleReport(exampleInput());
    expect(content.sections.map(({ id }) => id)).toEqual(SECTIONS);
    const summary = texts(content, 'summary');
    expect(summary).toContain('model 3f2a9c01b7de (logistic-regression), since 2 Jan 2026, 10:00 UTC');
    expect(summary).toMatch(/F1 on the test data is 0\.\d+ \(95 % interval/);
    expect(summary).toContain(
      'The deployed model had drifted. Another one took its place, retrained or recalibrated.',
    );
    expect(summary).toContain('Why: F1 0.449132 on 900 new rows is lower than the deployed score 0.554974.');
    expect(summary).toContain('Call the clients at risk: 397 of 900 are above the threshold.');
    expect(summary.split('\n')[0]).toBe('Look: Input moved, since 2 Jan 2026');
    expect(summary).toContain('Ask where the data comes from whether this changed on purpose.');
    expect(summary).toContain('"lastmonth_activity" lacks 25 % of its values.');
  });

  it('is plain data, equal for equal values, of the time of the newest of them', () => {
    const content = assembleReport(exampleInput());
    expect(structuredClone(content)).toEqual(assembleReport(exampleInput()));
    expect(content.asOf).toBe('2026-01-02T10:00:05.000Z');
  });

  it('is the same before and after its run is over', () => {
    const before = exampleValues();
    const run =
      before.run === null
        ? null
        : { ...before.run, status: 'succeeded' as const, result: 'redeployed' as const };
    const steps = before.steps.map((step) => ({
      ...step,
      seconds: step.seconds ?? 1,
      status: 'succeeded' as const,
    }));
    expect(assembleReport(exampleInput({ run, worked: run, steps }))).toEqual(assembleReport(exampleInput()));
  });

  it('tells of the run before that had something to do, where the last one had not', () => {
    const last = {
      ...exampleValues().run,
      id: 'run-3',
      startedAt: '2026-01-03T10:00:00.000Z',
      result: 'no-new-data',
    };
    const summary = texts(assembleReport(exampleInput({ run: last as never })), 'summary');
    expect(summary).toContain('The last run, on 3 Jan 2026, 10:00 UTC, found no new data');
    expect(summary).toContain(
      'The one before it that had, began on 2 Jan 2026, 10:00 UTC. The deployed model had drifted.',
    );
  });

  it('has the columns of clients that the data fills, and says so where ids are numbers of rows', () => {
    const input = exampleInput();
    const clients = table(assembleReport(input), 'clients', /./);
    expect(clients.columns.map(({ header }) => header)).toEqual([
      'Client',
      'Risk',
      'Value',
      'Expected loss',
      'Owner',
      'Reasons',
    ]);
    expect(clients.more).toBe('and 898 more');
    const unnamed = typeof input.clients === 'string' ? input.clients : { ...input.clients, named: false };
    expect(table(assembleReport({ ...input, clients: unnamed }), 'clients', /./).columns[0]?.header).toBe(
      'Row',
    );
  });

  it('holds the drift check: facts, verdicts of the rules, inputs, estimates', () => {
    const drift = texts(assembleReport(exampleInput()), 'drift');
    expect(drift).toContain('lastmonth_activity | 0.310 | 1.0e-4 | large | alarm | 10 % (was 2 %)');
    expect(drift).toContain('sequential | no drift | Too few rows so far.');
    expect(drift).toContain('F1 | 0.500 (95 % interval 0.40 to 0.60) | 0.449 (95 % interval 0.410 to 0.490)');
    expect(drift).toContain('retail | 400 | – | Nobody of it left.');
  });

  it('holds the certificate: snapshot, seed, options, candidates, calibration, threshold and its reason', () => {
    const certificate = texts(assembleReport(exampleInput()), 'model');
    for (const text of [
      'Snapshot | abab',
      'Seed | 7',
      'Option: learner | C: 1',
      'Fit: gradient norm | 2.2e-10',
      'logistic | 0.3315 | 0.0000 ± 0.0000 | 0.900 | chosen',
      'Calibration | none (The configuration asks for none)',
      'Threshold | 0.425 by rule f1. The highest out-of-fold F1 is there.',
    ]) {
      expect(certificate).toContain(text);
    }
  });

  it('bounds long tables and long texts, and says how much more there is', () => {
    const many = Array.from({ length: 700 }, (_, k) => column(`c${k} ${'x'.repeat(1000)}`, 'numeric', 1));
    const [one] = exampleValues().files;
    const content = assembleReport(
      exampleInput({
        diagnostics: {
          statistics: { snapshot: 's', rows: 900, columns: many },
          durations: [],
          dependencies: [],
        },
        files: Array.from({ length: 5000 }, (_, k) => ({
          ...(one as NonNullable<typeof one>),
          name: `f${k}.csv`,
        })),
      }),
    );
    const statistics = table(content, 'data', /Summary statistics/);
    expect([statistics.rows.length, statistics.more]).toEqual([40, 'and 660 more']);
    expect(statistics.rows[0]?.[0]?.length).toBeLessThan(500);
    const files = table(content, 'data', /Files/);
    expect([files.rows.length, files.more]).toEqual([40, 'and 4,960 more']);
    expect(JSON.stringify(content).length).toBeLessThan(200_000);
  });

  it('replaces characters in data that control terminals or turn the writing round', () => {
    const input = exampleInput();
    const evil = typeof input.clients === 'string' ? input.clients : { ...input.clients };
    if (typeof evil !== 'string')
      Object.assign(evil, { clients: evil.clients.map((each) => ({ ...each, id: 'a\u0000\u202eb\nc' })) });
    expect(table(assembleReport({ ...input, clients: evil }), 'clients', /./).rows[0]?.[0]).toBe('a  b c');
  });
});

describe('an empty state', () => {
  it('before any score, run, check or diagnosis says so in every section', () => {
    const content = assembleReport({
      model: MODEL,
      version: '0.1.0',
      clients: 'No model is deployed yet, so no client has a risk.',
      states: exampleInput().states,
      values: {
        modelVersion: MODEL.version,
        score: null,
        evaluation: null,
        deployment: null,
        deployments: [],
        scores: [],
        run: null,
        worked: null,
        steps: [],
        checks: [],
        drift: null,
        diagnostics: null,
        diagnosedAt: null,
        snapshot: null,
        files: [],
      },
    });
    expect(content.asOf).toBe(MODEL.certificate.trainedAt);
    const said: [string, string][] = [
      ['summary', 'No model is live.'],
      ['summary', 'Score the model on the test data'],
      ['clients', 'No model is deployed yet'],
      ['quality', 'has not been scored on the test data yet'],
      ['trend', 'Nothing has been scored or deployed yet.'],
      ['drift', 'No drift check yet'],
      ['data', 'Nothing has been ingested yet.'],
      ['run', 'The whole process has not run yet.'],
      ['dependencies', 'The dependencies have not been diagnosed yet.'],
    ];
    for (const [id, text] of said) expect(texts(content, id)).toContain(text);
  });

  it('with one class in the test data says which, and why metrics are not defined', () => {
    const evaluation = evaluate([0, 0, 0], [0.1, 0.2, 0.3], 0.5);
    const content = assembleReport(exampleInput({ evaluation }));
    expect(texts(content, 'quality')).toContain('No client in the test data left');
    expect(texts(content, 'quality')).toContain('F1 | not defined (No row left)');
    expect(texts(content, 'summary')).toContain('F1 is not defined on the 3 test rows (no row left).');
  });

  it('with one score has no line over time', () => {
    const [score] = exampleValues().scores;
    const content = assembleReport(exampleInput({ scores: score === undefined ? [] : [score] }));
    expect(texts(content, 'trend')).toContain('There are too few scores for a line yet');
  });
});
