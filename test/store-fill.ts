/** Fills a SQLite file with the state of a job that has run every ten minutes for long, by SQL, in seconds. */
import Database from 'libsql';
import { clientKey } from '../src/core/clients/client-key.ts';
import { MEASURE_NAMES } from '../src/store/nouns/measures.ts';
import { toText } from './inline-text.ts';

export interface FillSizes {
  readonly runs: number;
  /** Models that were trained, each made live once; each is of as many runs. */
  readonly models: number;
  /** Names that are measured at each run. */
  readonly names: number;
  readonly scorings: number;
  /** Clients of each scoring. */
  readonly clients: number;
  /** Files of the last ingestion. */
  readonly files: number;
}

/** Real JSON texts of each kind, which every record of the kind gets. */
export interface FillTexts {
  readonly document: string;
  /** Version in the document, which each model has its own in place of. */
  readonly version: string;
  readonly metrics: string;
  readonly curves: string;
  readonly details: string;
  readonly summary: string;
  readonly diagnostics: string;
  readonly columns: string;
  readonly estimated: string;
  readonly truth: string;
  readonly state: string;
}

const FIRST_SECOND = Date.UTC(2024, 0, 1) / 1000;
const EVERY_SECONDS = 600;

/** Id, time and model of a run by its number. */
export const runId = (run: number) => `run-${String(run).padStart(7, '0')}`;
export const timeOf = (run: number) => new Date((FIRST_SECOND + run * EVERY_SECONDS) * 1000).toISOString();
export const modelOf = (run: number, { runs, models }: Pick<FillSizes, 'runs' | 'models'>) =>
  modelName(Math.floor((run * models) / runs));
export const modelName = (model: number) => `m${String(model).padStart(6, '0')}`;

/** Adds to the tables, which have to be there and may hold records of other runs. */
export function fillStore(path: string, sizes: FillSizes, texts: FillTexts): void {
  const db = new Database(path);
  db.exec('pragma synchronous = off');
  db.exec('begin');
  for (const [sql, ...parameters] of statements(sizes, texts)) db.prepare(sql).run(parameters);
  fillScorings(db, sizes);
  db.exec('commit');
  db.exec('analyze');
  db.exec('pragma wal_checkpoint(truncate)');
  db.close();
}

type Statement = readonly [sql: string, ...parameters: (string | number)[]];

/** A row for each number i below a count. */
const each = (count: number) =>
  `with recursive n (i) as (select 0 union all select i + 1 from n where i + 1 < ${count})`;
const run = (i = 'i') => `printf('run-%07d', ${i})`;
const model = (i = 'i') => `printf('m%06d', ${i})`;
const time = (i = 'i') =>
  `strftime('%Y-%m-%dT%H:%M:%S.000Z', ${FIRST_SECOND} + (${i}) * ${EVERY_SECONDS}, 'unixepoch')`;

function statements(sizes: FillSizes, texts: FillTexts): Statement[] {
  return [
    ...ofRuns(sizes, texts),
    ...ofModels(sizes, texts),
    ...ofWatching(sizes, texts),
    ...ofPeople(sizes),
  ];
}

/** Runs with six steps and two files each; most find nothing to do, some have all of a summary. */
function ofRuns(
  { runs, files, models }: FillSizes,
  { summary, diagnostics, columns }: FillTexts,
): Statement[] {
  const short = JSON.stringify({
    result: 'no-drift',
    steps: Array(6).fill({ name: 'ingest', seconds: 0.1 }),
  });
  const file =
    'insert into files (run_id, folder, name, sha256, bytes, status, read, kept, duplicates, quarantined) ' +
    `select ${run('%i')}, 'in', printf('file-%05d.csv', %n), printf('%064d', i), 1000, 'accepted', 10, 9, 1, 0 from`;
  return [
    [
      `${each(runs)} insert into runs (id, verb, started_by, version, started_at, finished_at, status, result, summary)
       select ${run()}, case i % 10 when 3 then 'ingest' else 'run' end, 'schedule', '1.0.0', ${time()}, ${time()},
       'succeeded', case i % 20 when 0 then 'redeployed' else 'no-drift' end, case i % 20 when 0 then ? else ? end from n`,
      summary,
      short,
    ],
    [
      `${each(6 * runs)} insert into steps (run_id, name, started_at, seconds, status, note) select ${run('i / 6')},
       case i % 6 when 0 then 'detect' when 1 then 'ingest' when 2 then 'watch' when 3 then 'diagnose' when 4 then
       'report' else 'call' end, ${time('i / 6')}, 0.1, 'succeeded', 'it did what it does' from n`,
    ],
    [`${each(2 * runs)} ${file.replace('%i', 'i / 2').replace('%n', 'i % 1000')} n`],
    [`${each(files)} ${file.replace('%i', String(runs - 1)).replace('%n', 'i')} n`],
    [
      `${each(files)} insert into seen select 'in', printf('file-%05d.csv', i), printf('%064d', i), ${time('0')} from n`,
    ],
    [
      `${each(models)} insert into snapshots (id, run_id, created_at, parquet_path, columns, rows, read, duplicates,
       quarantined) select printf('%064d', i), ${run(`i * ${runs} / ${models}`)}, ${time(`i * ${runs} / ${models}`)},
       'out/finaldata.parquet', ?, 1000 + i, 1000 + i, 0, 0 from n`,
      columns,
    ],
    [
      `${each(runs / 5)} insert into diagnostics (run_id, created_at, snapshot_id, "values")
       select ${run('5 * i')}, ${time('5 * i')}, 's', ? from n`,
      diagnostics,
    ],
  ];
}

/** Models with their score on the test data, their deployment, a challenge and a note. */
function ofModels({ runs, models }: FillSizes, texts: FillTexts): Statement[] {
  const at = `i * ${runs} / ${models}`;
  const score =
    'insert into scores (run_id, model_version, created_at, dataset, dataset_id, rows, f1, metrics, curves)';
  return [
    [
      `${each(models)} insert into models (version, run_id, created_at, snapshot_id, learner, seconds, document)
       select ${model()}, ${run(at)}, ${time(at)}, printf('%064d', i), 'boosted-trees', 1.5,
       replace(?, ?, ${model()}) from n`,
      texts.document,
      texts.version,
    ],
    [
      `${each(models)} ${score} select ${run(at)}, ${model()}, ${time(at)}, 'test', 'd', 3000, 0.7, ?, ? from n`,
      texts.metrics,
      texts.curves,
    ],
    [
      `${each(2 * models)} ${score} select ${run(`i * ${runs} / ${2 * models}`)}, ${model('i / 2')},
       ${time(`i * ${runs} / ${2 * models}`)}, 'new-data', 'd', 3000, 0.7, ?, ? from n`,
      texts.metrics,
      texts.curves,
    ],
    [
      `${each(models)} insert into deployments (id, run_id, model_version, deployed_at, f1, reason)
       select ${model()}, ${run(at)}, ${model()}, ${time(at)}, 0.7, 'drift' from n`,
    ],
    [
      `${each(models)} insert into notes (model_version, created_at, author, text)
       select ${model()}, ${time(at)}, 'Ann', 'Trained on the data of the new region.' from n`,
    ],
    [
      `${each(models)} insert into challenges (run_id, challenger, champion, opened_at, state, status, decided_run,
       decided_at, reason, rows) select ${run(at)}, ${model('i + 1')}, ${model()}, ${time(at)}, '{}', 'retired',
       ${run(at)}, ${time(at)}, 'no better', 200 from n`,
    ],
  ];
}

/** Checks, estimates, states and rows of tests, and the measurements of every run with the sums of their days. */
function ofWatching({ runs, models, names }: FillSizes, texts: FillTexts): Statement[] {
  const every = 5;
  const [own, at] = [run(`${every} * i`), time(`${every} * i`)];
  const of = model(`${every} * i * ${models} / ${runs}`);
  const list = MEASURE_NAMES.slice(0, names).map((name, index) => `when ${index} then '${name}'`);
  return [
    [
      `${each(runs / every)} insert into checks (run_id, model_version, created_at, kind, rule, outcome, observed,
       expected, reason, details, rows) select ${own}, ${of}, ${at}, case i % 10 when 0 then 'gate' else 'drift' end,
       'sequential', 0, 0.7, 0.7, 'as good as it was', ?, 200 from n`,
      texts.details,
    ],
    [
      `${each(runs / every)} insert into estimates (run_id, model_version, created_at, estimated, truth, settled, rows,
       labelled) select ${own}, ${of}, ${at}, ?, ?, 1, 200, 200 from n`,
      texts.estimated,
      texts.truth,
    ],
    [
      `${each(runs / every)} insert into monitor_states (run_id, model_version, name, created_at, state, rows)
       select ${own}, ${of}, 'performance', ${at}, ?, 200 from n`,
      texts.state,
    ],
    [
      `${each(runs / 50)} insert into watched_rows (run_id, model_version, purpose, row_keys, reference, rows)
       select ${run('50 * i')}, ${model(`50 * i * ${models} / ${runs}`)}, 'judged', '', printf('%064x', i), 5000 from n`,
    ],
    [
      `${each(names * runs)} insert into measurements (run_id, name, label, at, model_version, value, low, high, level,
       rows) select ${run(`i / ${names}`)}, case i % ${names} ${list.join(' ')} end, '', ${time(`i / ${names}`)},
       ${model(`i / ${names} * ${models} / ${runs}`)}, 0.5 + (i * 7919 % 1000) / 10000.0, 0.45, 0.65, 0.95, 200 from n`,
    ],
    [
      `insert into measurement_days (name, label, day, model_version, week, month, counted, total, lowest, highest,
       last_seq) select name, label, substr(at, 1, 10) as day, model_version,
       date(substr(at, 1, 10), '-6 days', 'weekday 1'), substr(at, 1, 7), count(value), sum(value), min(value),
       max(value), max(seq) from measurements where run_id like 'run-%' group by name, label, day, model_version`,
    ],
  ];
}

/** What people say of clients, and rows of the quarantine that they put back. */
function ofPeople({ runs }: FillSizes): Statement[] {
  const count = runs / 5;
  const client = `printf('C-%07d', i % ${count / 100})`;
  return [
    [
      `${each(count)} insert into client_notes (client_id, created_at, author, text)
       select ${client}, ${time()}, 'Ann', 'called, wants to think about it' from n`,
    ],
    [
      `${each(count)} insert into client_outcomes (client_id, created_at, outcome, at, author, settled)
       select ${client}, ${time()}, 'contacted', ${time()}, 'Ann', i % 50 <> 0 from n`,
    ],
    [
      `${each(count)} insert into readmissions (name, line, sha256, created_at, file)
       select printf('file-%05d.csv', i % 100), i, printf('%064d', i), ${time()}, 'back.csv' from n`,
    ],
  ];
}

const PARTS = 256;

/** Scorings of the same clients, of the last runs; the scores of the first are as an earlier version kept them. */
function fillScorings(
  db: InstanceType<typeof Database>,
  { runs, models, scorings, clients }: FillSizes,
): void {
  const keys = BigUint64Array.from({ length: clients }, (_, client) =>
    clientKey(`C-${String(client).padStart(7, '0')}`),
  ).sort();
  const parts = partsOf(keys);
  const scoring = db.prepare(
    'insert into scorings (run_id, model_version, snapshot_id, created_at, clients, reference) values (?, ?, ?, ?, ?, ?)',
  );
  const part = db.prepare(
    'insert into scoring_parts (run_id, part, clients, client_keys, probabilities) values (?, ?, ?, ?, ?)',
  );
  const first = runs - scorings;
  for (let run = first; run < runs; run++) {
    const reference = run === first ? null : run.toString(16).padStart(64, '0');
    scoring.run([runId(run), modelOf(run, { runs, models }), 's', timeOf(run), clients, reference]);
  }
  for (const { number, length, text, probabilities } of parts) {
    part.run([runId(first), number, length, text, probabilities]);
  }
}

function partsOf(keys: BigUint64Array) {
  const starts = Array.from({ length: PARTS + 1 }, (_, part) => {
    const place = keys.findIndex((key) => key >= BigInt(part) << 56n);
    return place < 0 ? keys.length : place;
  });
  return Array.from({ length: PARTS }, (_, number) => {
    const own = keys.subarray(starts[number] as number, starts[number + 1] as number);
    const probabilities = toText(Float32Array.from(own, (key) => Number(key % 1000n) / 1000));
    return { number, length: own.length, text: toText(own), probabilities };
  }).filter(({ length }) => length > 0);
}
