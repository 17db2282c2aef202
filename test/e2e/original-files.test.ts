/** The original system's own files through the whole process, against the numbers of its Python form. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunSummary } from '../../src/pipeline/run/run-summary.ts';
import type { Diagnostics } from '../../src/steps/diagnose.ts';
import {
  type ColumnStatistics,
  ORIGINAL_NUMBERS as expected,
  hasOriginalFiles,
  titleOfOriginalFiles,
  writeOriginalFiles,
} from '../golden/original-files.ts';
import { parseAnswer } from './command.ts';
import { readTrio } from './trio.ts';
import {
  FIVE_KEYS,
  listDisk,
  openWorkspace,
  removeWorkspaces,
  temporaryFolder,
  type Workspace,
} from './workspace.ts';

interface Flow {
  readonly workspace: Workspace;
  readonly practice: RunSummary;
  readonly liveAfterPractice: Record<string, string>;
  readonly source: RunSummary;
  readonly again: RunSummary;
  readonly diagnostics: Diagnostics;
}

/** The five keys alone: first the practice data, then the source data, then nothing new. */
async function play(): Promise<Flow> {
  const workspace = openWorkspace(temporaryFolder());
  writeOriginalFiles(workspace.root);
  const live = () => listDisk(join(workspace.root, 'production_deployment'), { times: true });
  workspace.write('config.json', JSON.stringify(FIVE_KEYS));
  const practice = await workspace.run();
  const liveAfterPractice = live();
  const source = { ...FIVE_KEYS, input_folder_path: 'sourcedata', output_model_path: 'models' };
  workspace.write('config.json', JSON.stringify(source));
  const sourceRun = await workspace.run();
  const again = await workspace.run();
  expect(live()).toEqual(liveAfterPractice);
  const diagnostics = parseAnswer<Diagnostics & Record<string, unknown>>(
    await workspace.tidewatch('diagnose', '--only', 'predictions,summary,missing', '--json'),
  );
  return { workspace, practice, liveAfterPractice, source: sourceRun, again, diagnostics };
}

describe.skipIf(!hasOriginalFiles)(titleOfOriginalFiles('the whole process over the original files'), () => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await play();
  });
  afterAll(removeWorkspaces);

  it('deploys a first model of the practice data', () => {
    const { practice } = flow;
    const wanted = expected.reference_implementation.practice;
    expect(practice.result).toBe('first-deployment');
    const { rows_in: read, rows_after_dedupe: kept } = wanted;
    expect(practice.rows).toEqual({ read, kept, duplicates: read - kept, quarantined: 0 });
    expect(practice.files.map(({ name, status }) => [name, status])).toEqual([
      ['dataset1.csv', 'accepted'],
      ['dataset2.csv', 'accepted'],
    ]);
    expect(practice.score.deployed).toBeCloseTo(wanted.test_f1, 14);
    expect(practice.score.challenger).toBeCloseTo(wanted.test_f1, 14);
    expect(practice.gate?.accepted).toBe(true);
    expect(practice.steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'detect succeeded',
      'ingest succeeded',
      'watch skipped',
      'train succeeded',
      'score succeeded',
      'gate succeeded',
      'deploy succeeded',
      'rank succeeded',
      'diagnose succeeded',
      'report succeeded',
      'call succeeded',
    ]);
  });

  it('keeps the practice model over the source data, as its true score says', () => {
    const { source } = flow;
    const wanted = expected.reference_implementation.fullprocess;
    expect(source.result).toBe('no-drift');
    expect(source.rows).toMatchObject({
      read: wanted.rows_in,
      kept: wanted.rows_after_dedupe,
      duplicates: 0,
    });
    expect(source.score.new).toBeCloseTo(wanted.old_model_on_new_data_f1, 14);
    expect(source.score.new).toBeCloseTo(expected.drift_rule.practice_model_on_source_f1, 14);
    expect(source.check?.expected).toBeCloseTo(expected.drift_rule.latestscore, 14);
    expect(source.check?.expected).toBeCloseTo(wanted.deployed_score_true, 14);
    expect(source.check?.drift).toBe(expected.drift_rule.drift);
    expect(source.check?.drift).toBe(wanted.drift_if_score_parsed_correctly_new_lt_deployed);
    expect(source.check?.confusion).toEqual(wanted.old_model_on_new_data_cm);
    expect(source.check?.rows).toBe(26);
    expect(source.deployment).toBeNull();
    expect(source.model).toEqual(flow.practice.model);
  });

  it('says by every rule that this is no drift, or that so few rows promise nothing', () => {
    const { verdicts, risk, monitor, inputs } = flow.source.check ?? {};
    expect(verdicts?.raw).toMatchObject({ drift: false, rows: 26 });
    expect(verdicts?.significant).toMatchObject({ drift: false, rows: 26 });
    expect(verdicts?.significant.pValue).toBeCloseTo(0.726, 3);
    expect(verdicts?.sequential).toMatchObject({ drift: false, rows: 26, rowsNeeded: 25, statistic: null });
    expect(risk).toMatchObject({ alarm: false, rows: 26, heldOut: { rows: 5 }, log10: null });
    expect(risk?.sentence).toMatch(
      /^Cannot be judged yet: 5 held-out rows, of which 3 left; about 25 would do\.$/,
    );
    expect(monitor).toMatchObject({ rows: 26, f1: { worseThanPromised: false } });
    expect(inputs).toMatchObject({
      verdict: 'drift',
      alarms: [
        { severity: 'moved', column: 'number_of_employees', rows: 26 },
        { severity: 'moved', column: 'lastmonth_activity', rows: 26 },
      ],
      domain: { verdict: 'too-few-rows' },
    });
  });

  it('leaves the deployed files as they were, down to their times', () => {
    const trio = readTrio(flow.workspace.root);
    expect(trio?.modelVersion).toBe(flow.practice.model?.version);
    expect(trio?.files['ingestedfiles.txt']).toBe("['dataset1.csv', 'dataset2.csv']\n");
    expect(Number(trio?.files['latestscore.txt'])).toBe(flow.practice.score.deployed);
    expect(Object.keys(flow.liveAfterPractice)).toContain('trainedmodel.json');
  });

  it('finds nothing new the next time', () => {
    expect(flow.again.result).toBe('no-new-data');
    expect(flow.again.rows).toBeNull();
    expect(flow.again.steps.map(({ name }) => name)).toEqual(['detect']);
    expect(flow.again.model).toEqual(flow.practice.model);
  });

  it('gives the statistics that the Python form gives', () => {
    const wanted = expected.reference_implementation.fullprocess.new_model;
    const statistics: Record<string, ColumnStatistics> = wanted.stats;
    const missing: Record<string, number> = wanted.na_percent;
    const columns = flow.diagnostics.statistics?.columns ?? [];
    expect(columns.map(({ name }) => name)).toEqual(Object.keys(wanted.na_percent));
    for (const { name, mean, median, std, min, max, missingPercent } of columns) {
      expect(missingPercent).toBe(missing[name]);
      const stats = statistics[name];
      if (stats === undefined) continue;
      expect({ median, min, max }).toEqual({ median: stats.median, min: stats.min, max: stats.max });
      expect(mean).toBeCloseTo(stats.mean, 9);
      expect((std ?? 0) / stats.std_ddof1).toBeCloseTo(1, 13);
    }
    expect(flow.diagnostics.predictions?.predictions).toEqual(
      expected.reference_implementation.practice.test_pred,
    );
  });

  it('has written the files for people and the answers of the API', () => {
    const { workspace } = flow;
    expect(workspace.read('ingesteddata/finaldata.csv').trim().split('\n')).toHaveLength(27);
    expect(workspace.read('ingesteddata/ingestedfiles.txt')).toBe("['dataset3.csv', 'dataset4.csv']\n");
    const png = readFileSync(join(workspace.root, 'models/confusionmatrix.png'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    const returns = JSON.parse(workspace.read('models/apireturns.txt'));
    expect(returns.prediction.body.predictions).toEqual(expected.reference_implementation.practice.test_pred);
    expect(returns.scoring.body.f1).toBeCloseTo(expected.reference_implementation.practice.test_f1, 14);
    expect(returns.scoring.body.metrics.confusion).toEqual(
      expected.reference_implementation.practice.test_cm_rows_true_cols_pred,
    );
    expect(returns.summarystats.body.rows).toBe(26);
    expect(returns.diagnostics.status).toBe(200);
  });
});
