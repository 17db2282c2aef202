/** What config.json may say: one schema with default, range, unit and description of every key. */
import { z } from 'zod';
import { TidewatchError } from '../base/errors.ts';
import { aliasConflicts } from './alias-conflicts.ts';
import { columnConflicts } from './column-conflicts.ts';
import { PLACE_FORMS, parsePlace } from './database-place.ts';
import { derivedConflicts, rawNumbers } from './derived-conflicts.ts';
import { DRIFT_RULE_NAMES, DRIFT_RULES } from './drift-rules.ts';
import { eventConflicts } from './event-conflicts.ts';
import { derivedSchema, inputSchema, tablesSchema } from './input-schema.ts';
import { labelConflicts } from './label-conflicts.ts';

const folder = (what: string) => z.string().min(1).describe(what);
const column = z.string().min(1);
const labels = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

export const columnsSchema = z
  .strictObject({
    id: column
      .nullable()
      .default('corporation')
      .describe('Column that names the client. null: the data has none, and rows are numbered.'),
    target: column.default('exited').describe('Column that says whether the client left.'),
    positive: labels
      .default('1')
      .describe(
        'The value of the target that means "left", or a list of such values, which count as the first.',
      ),
    negative: labels
      .nullable()
      .default(null)
      .describe(
        'The value that means "stayed", or a list of such values, which count as the first. null: "0" where positive is "1", else the one other value.',
      ),
    drop: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'Values of the target that say no outcome yet, such as "Joined": their rows are kept and ranked, and nothing is learned from them.',
      ),
    numeric: z
      .array(column)
      .default(['lastmonth_activity', 'lastyear_activity', 'number_of_employees'])
      .describe('Numeric feature columns.'),
    categorical: z.array(column).default([]).describe('Categorical feature columns.'),
    value: column.nullable().default(null).describe('Column with the money at stake for the client.'),
    segment: column.nullable().default(null).describe('Column that groups clients.'),
    owner: column.nullable().default(null).describe('Column that names the client manager.'),
    monotone: z
      .record(column, z.union([z.literal(1), z.literal(-1)]))
      .default({})
      .describe(
        'Numeric features with which the risk may only rise (1) or only fall (-1), in boosted trees.',
      ),
    ranges: z
      .record(
        column,
        z.strictObject({
          min: z.number().nullable().default(null),
          max: z.number().nullable().default(null),
        }),
      )
      .default({})
      .describe(
        'Numbers that a numeric column, a derived one or columns.value may hold, as {"age": {"min": 0, "max": 150}}; a row with another one is quarantined. No column holds numbers beyond 1e100.',
      ),
    time: column.nullable().default(null).describe('Column with the time of the row (ISO 8601).'),
    units: z
      .record(column, z.string().min(1).max(20))
      .default({})
      .describe(
        'What stands before or behind the numbers of a column, as {"fee": "€", "usage": "GB"}. With "%" 12 % is 0.12, with "yes/no" words for yes and no are 1 and 0.',
      ),
    aliases: z
      .record(column, column)
      .default({})
      .describe(
        'Other names that files, databases and requests have for columns, as {"Supp_Calls": "support_calls"}; "tidewatch columns alias" writes them.',
      ),
    derived: z
      .record(column, derivedSchema)
      .default({})
      .describe(
        'Numeric features that are made of other columns or of events, by name. They are features without being listed in columns.numeric.',
      ),
  })
  .superRefine((columns, context) => {
    const conflicts = [
      ...columnConflicts(columns),
      ...labelConflicts(columns),
      ...aliasConflicts(columns),
      ...derivedConflicts(columns),
    ];
    for (const { path, message } of conflicts) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
    const derived = Object.keys(columns.derived);
    if (columns.numeric.length + columns.categorical.length + derived.length === 0) {
      const message =
        'is empty, as "columns.categorical" is, so a model would know nothing of the clients: name at least one ' +
        'feature in either ("tidewatch init FILE" proposes them)';
      context.addIssue({ code: 'custom', path: ['numeric'], message });
    }
    const read = [...columns.numeric, columns.value, ...rawNumbers(columns.derived)];
    for (const [name, { min, max }] of Object.entries(columns.ranges)) {
      const isNumeric = [...read, ...derived].includes(name);
      if (isNumeric && (min ?? -Infinity) <= (max ?? Infinity)) continue;
      const message = isNumeric ? `from ${min} to ${max} there is no number` : 'is no column of numbers';
      context.addIssue({ code: 'custom', path: ['ranges', name], message });
    }
    for (const name of Object.keys(columns.units)) {
      if (read.includes(name)) continue;
      context.addIssue({ code: 'custom', path: ['units', name], message: 'is no column of numbers' });
    }
  })
  .describe('Which column is what. The defaults are the columns of the original system.');

/** Says of a text why it names no database. */
const refusePlace = (what: string) => (text: string, context: z.RefinementCtx) => {
  try {
    parsePlace(text, what);
  } catch (error) {
    if (!(error instanceof TidewatchError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
};

/** Where a database is: a URL has a password, so it comes from the environment. */
const databaseUrl = (what: string) =>
  z
    .string()
    .min(1)
    .refine((url) => !/^\s*[a-z][a-z0-9+.-]*:\/\//i.test(url), {
      abort: true,
      message:
        'a URL does not belong in this file, since it may hold a password: put it into an environment variable that ' +
        `holds one, and write "env:NAME". ${PLACE_FORMS}`,
    })
    .superRefine(refusePlace(what))
    .describe(`${what}: "env:NAME" of a variable with a URL (postgres, mysql, mariadb), or a SQLite file.`);

const sourceSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,30}$/, 'expected small letters, digits and _, a letter first, at most 31')
      .describe('Name of the source; the files made of it bear it.'),
    url: databaseUrl('The database'),
    table: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe('Table or view to read, such as "crm.clients".'),
    query: z.string().min(1).nullable().default(null).describe('A SELECT to read instead of a table.'),
    watermark: column.describe(
      'Column of numbers or times that grows with every new or changed row; only rows from the last one on are read.',
    ),
    overlap: z
      .number()
      .min(0)
      .default(0)
      .describe(
        'How far below the last watermark late rows are looked for: seconds for times, else its unit.',
      ),
    rows_per_file: z
      .int()
      .min(1)
      .default(250_000)
      .describe('Rows after which the next file is begun; memory is the same for any number.'),
    timeout_seconds: z
      .int()
      .min(1)
      .max(86_400)
      .default(300)
      .describe('Longest time for a statement (PostgreSQL: for a batch of it).'),
  })
  .refine(({ table, query }) => (table === null) !== (query === null), {
    message: 'give one of "table" and "query"',
  });

export const configSchema = z
  .strictObject({
    $schema: z.string().optional().describe('Where the JSON schema is, for editors.'),
    input_folder_path: folder('Folder that new data files arrive in.'),
    output_folder_path: folder('Folder for the compiled data.'),
    test_data_path: folder('Folder with the labelled test data that scores a model.'),
    output_model_path: folder('Folder for the trained model, its score and the report.'),
    prod_deployment_path: folder('Folder of the deployed model.'),
    columns: columnsSchema.prefault({}),
    input: inputSchema,
    tables: tablesSchema,
    holdout: z
      .strictObject({
        share: z
          .number()
          .gt(0)
          .lt(1)
          .default(0.2)
          .describe('Share of the clients that are held out (above 0, below 1).'),
        by: z
          .literal('client')
          .default('client')
          .describe('What is held out: clients, with all their rows, in every file that ever comes.'),
        seed: z
          .int()
          .min(0)
          .max(4294967295)
          .default(0)
          .describe('Seed of the choice. Another one holds out other clients, so do not change it later.'),
      })
      .nullable()
      .default(null)
      .describe(
        'Clients that no model learns from; their rows score it, those that come later too. null: the files of test_data_path score it.',
      ),
    sources: z
      .array(sourceSchema)
      .default([])
      .describe('Databases from which a run takes new rows into the input folder, each exactly once.'),
    publish: z
      .strictObject({
        url: databaseUrl('The database'),
        table: z
          .string()
          .regex(/^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$/, 'expected a name, or schema.name')
          .default('client_risks')
          .describe('Table to write, made where it is not there.'),
        mode: z
          .enum(['replace', 'append'])
          .default('replace')
          .describe(
            'replace: the table holds the newest scores only. append: those of each snapshot and model, as a history.',
          ),
        timeout_seconds: z.int().min(1).max(86_400).default(300).describe('Longest time for a statement.'),
      })
      .nullable()
      .default(null)
      .describe('Where the scores of all clients are written for other programs to read. null: nowhere.'),
    max_rejected_share: z
      .number()
      .min(0)
      .max(1)
      .default(0.05)
      .describe('Largest share of the rows read that may be quarantined before a run stops (0 to 1).'),
    data_overdue_days: z
      .number()
      .min(0)
      .max(36500)
      .nullable()
      .default(null)
      .describe(
        'Days without a new file after which data is overdue. null: twice the longest wait between the last ten ' +
          'deliveries, from the fourth on, and two days at least. 0: never.',
      ),
    missing_values: z
      .array(z.string())
      .default(['', ' ', 'NA', 'N/A', 'NaN', 'nan', 'null', 'NULL', 'None'])
      .describe('Texts that mean "missing" in numeric columns. Elsewhere only an empty field is missing.'),
    model: z
      .enum(['logistic', 'boosted', 'ensemble', 'auto'])
      .default('logistic')
      .describe(
        'What is trained. ensemble: a weighted average of the best of both. auto: the best of all by cross-validation in ' +
          'folds of whole clients, the simpler one unless the other is clearly better.',
      ),
    train: z
      .strictObject({
        budget_seconds: z
          .number()
          .positive()
          .max(86_400)
          .nullable()
          .default(null)
          .describe(
            'Seconds that choosing a model may take, about; the best so far is used when they are spent. null: by the size ' +
              'of the table, one minute to thirty.',
          ),
      })
      .prefault({})
      .describe('How long training may take.'),
    logistic: z
      .strictObject({
        C: z
          .number()
          .positive()
          .default(1)
          .describe('Inverse strength of the L2 penalty, as in scikit-learn.'),
        standardize: z
          .boolean()
          .default(false)
          .describe('Whether the penalty is on standardised (true) or raw (false) coefficients.'),
      })
      .prefault({})
      .describe('The logistic regression.'),
    calibration: z
      .enum(['none', 'platt', 'beta', 'isotonic', 'auto'])
      .default('none')
      .describe(
        'Map from raw to calibrated probability, fitted out of fold. auto: none unless another is clearly better.',
      ),
    threshold: z
      .union([z.number().gt(0).lt(1), z.enum(['f1', 'cost', 'budget'])])
      .default(0.5)
      .describe(
        'Probability above which a client counts as leaving, or the rule that draws it: best F1, campaign cost, contact budget.',
      ),
    campaign: z
      .strictObject({
        contact_cost: z
          .number()
          .min(0)
          .default(1)
          .describe('Cost of contacting a client, in the unit of value.'),
        offer_cost: z.number().min(0).default(10).describe('Cost of the offer to a client who takes it.'),
        success_rate: z
          .number()
          .min(0)
          .max(1)
          .default(0.3)
          .describe('Chance that the offer keeps a client who would have left.'),
        client_value: z
          .number()
          .min(0)
          .default(200)
          .describe('Value of a client where columns.value is not given.'),
        contact_share: z
          .number()
          .gt(0)
          .max(1)
          .default(0.1)
          .describe('Share of the clients that can be contacted.'),
      })
      .nullable()
      .default(null)
      .describe(
        'The retention campaign, which expected profit and the threshold rules cost and budget need. null: none.',
      ),
    gate: z
      .enum(['not-worse', 'better', 'always', 'sequential'])
      .default('not-worse')
      .describe(
        'When a retrained model may replace the deployed one, both scored on the same test rows. better: a paired ' +
          'test says so. sequential: it scores beside the deployed one on new labelled rows until a test decides.',
      ),
    drift: z
      .strictObject({
        rule: z
          .enum(DRIFT_RULE_NAMES)
          .default('raw')
          .describe(DRIFT_RULE_NAMES.map((name) => `${name}: ${DRIFT_RULES[name].meaning}.`).join(' ')),
        alpha: z
          .number()
          .gt(0)
          .lt(0.5)
          .default(0.05)
          .describe(
            'Chance of error that a test may have: of a look (significant), of the claim "worse than the held-out rows allow" for ever, of false discovery.',
          ),
        tolerance: z
          .number()
          .min(0)
          .max(0.5)
          .default(0.02)
          .describe(
            'Fall of F1 below its deployed value that nobody needs to hear of (significant, and F1 beside the rule sequential).',
          ),
        years_per_false_alarm: z
          .number()
          .gt(0)
          .default(5)
          .describe(
            'Years between false alarms, on average at least, however often it is looked at (sequential).',
          ),
        rows_per_false_alarm: z
          .int()
          .min(100)
          .nullable()
          .default(null)
          .describe(
            'The same in labelled rows, as older configurations say it. null: drift.years_per_false_alarm is used; only one of the two may be given.',
          ),
        psi: z
          .number()
          .gt(0)
          .default(0.1)
          .describe(
            'Population stability index, less its bias, from which a significant shift of a column is an alarm.',
          ),
      })
      .prefault({})
      .describe('How drift of the deployed model and of its inputs is decided.'),
    labels: z
      .strictObject({
        missing: z
          .enum(['quarantine', 'keep'])
          .default('quarantine')
          .describe(
            'A row without a value of the target: quarantined, or kept as a client whose outcome is not known yet.',
          ),
        meaning: z
          .enum(['outcome', 'status'])
          .default('outcome')
          .describe(
            'What the target says of a row. outcome: what became of the client after it. status: whether the client had left by then; what became of it is then taken from its later rows.',
          ),
        horizon_days: z
          .number()
          .min(0)
          .default(0)
          .describe(
            'Days after columns.time within which a client leaves or stays: the outcome of a row is final then. Younger rows are neither trained on nor scored against their label.',
          ),
      })
      .prefault({})
      .describe('When the outcome of a client is known.'),
    seed: z.int().min(0).max(4294967295).default(0).describe('Seed of everything random.'),
    threads: z.int().min(1).max(256).nullable().default(null).describe('Threads to use. null: all cores.'),
    memory_limit: z
      .string()
      .regex(/^\d+(\.\d+)?\s?(MB|GB|MiB|GiB)$/)
      .default('1GB')
      .describe(
        'Memory that ingesting and the engine may use for data, such as "700MB" or "4GB"; the process takes some 250 MB beside it. ' +
          'Ingesting needs up to 19 bytes for each different row, so 1GB does for 50 million.',
      ),
    max_unpacked_ratio: z
      .number()
      .min(1)
      .default(500)
      .describe(
        'Times its size that a packed input file (gzip, Parquet) may unpack to. Up to 256 MiB any file may; one that unpacks to more is left out.',
      ),
    engine: z
      .strictObject({
        type: z
          .enum(['local', 'sql'])
          .default('local')
          .describe(
            'local: rows are streamed from the files of this machine. sql: they stay in a database, here DuckDB over the same ' +
              'files, which is asked by SQL alone; what needs the rows themselves is refused beyond 2,000,000. It is slower, and ' +
              'shows what a database or a cluster would be asked.',
          ),
      })
      .prefault({})
      .describe('Where the rows are.'),
    store: z
      .string()
      .min(1)
      .superRefine(refusePlace('The state store'))
      .default('tidewatch.db')
      .describe(
        'State store: a SQLite file inside the workspace, a URL such as postgres://user@host/database or ' +
          'mysql://user@host/database, or env:NAME for a variable of the environment that holds it.',
      ),
    store_patience_seconds: z
      .number()
      .min(0)
      .max(86_400)
      .default(60)
      .describe(
        'Seconds to wait for a state store on a server that does not answer, before the work fails. 0: do not wait.',
      ),
    server: z
      .strictObject({
        host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
        port: z.int().min(0).max(65535).default(8000).describe('Port to listen on. 0: any free one.'),
        body_megabytes: z
          .int()
          .min(1)
          .max(512)
          .default(8)
          .describe(
            'Size of the largest body of a request in MiB. At most eight of that size are held at once.',
          ),
        body_values: z
          .int()
          .min(1000)
          .max(50_000_000)
          .default(500_000)
          .describe('Most values in a JSON body: rows and what is in them.'),
      })
      .prefault({})
      .describe('The HTTP server.'),
    run_lock_seconds: z
      .int()
      .min(5)
      .max(86400)
      .default(30)
      .describe(
        'Seconds after which the lock of a run may be taken over that no longer renews it. Where the run is known to have ended (same boot and PID namespace), it is taken over at once.',
      ),
    run_logs_kept: z
      .int()
      .min(0)
      .max(100000)
      .default(1000)
      .describe(
        'Newest runs that succeeded whose log lines are kept (2000 lines each at most), and as many of the others. ' +
          '0: none are.',
      ),
    run_summaries_kept: z
      .int()
      .min(1)
      .max(100000)
      .default(1000)
      .describe(
        'Newest runs whose summary is kept. Of older ones outcome, steps, files, scores and figures stay.',
      ),
    quarantine_kept_days: z
      .number()
      .min(0)
      .max(36500)
      .default(90)
      .describe('Days for which the quarantine of a file is kept after the file has left the input folder.'),
    npm_timeout_ms: z
      .int()
      .min(0)
      .max(60000)
      .default(2000)
      .describe('Milliseconds to wait for the npm registry in the table of dependencies. 0: do not ask.'),
  })
  .superRefine((config, context) => {
    if (config.campaign === null && (config.threshold === 'cost' || config.threshold === 'budget')) {
      const message = `threshold "${config.threshold}" needs the terms of a campaign: give "campaign" as well`;
      context.addIssue({ code: 'custom', path: ['campaign'], message });
    }
    if (config.columns.drop.length > 0 && config.labels.missing === 'quarantine') {
      const message = 'their rows have no outcome, and are kept with "labels": {"missing": "keep"} only';
      context.addIssue({ code: 'custom', path: ['columns', 'drop'], message });
    }
    if (config.labels.horizon_days > 0 && config.columns.time === null) {
      const message = 'the horizon counts from the time of a row: give "columns.time" as well';
      context.addIssue({ code: 'custom', path: ['labels', 'horizon_days'], message });
    }
    if (config.labels.meaning === 'status') {
      const lacks =
        config.columns.id === null ? 'columns.id' : config.columns.time === null ? 'columns.time' : null;
      const message = 'with "status" the outcome of a row is in later rows of its client: give';
      if (lacks !== null) {
        context.addIssue({
          code: 'custom',
          path: ['labels', 'meaning'],
          message: `${message} "${lacks}" as well`,
        });
      } else if (config.labels.horizon_days === 0) {
        context.addIssue({
          code: 'custom',
          path: ['labels', 'meaning'],
          message: `${message} "labels.horizon_days", above 0, as well`,
        });
      }
    }
    for (const { path, message } of eventConflicts(config)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
    const { time, numeric, value } = config.columns;
    if (config.labels.horizon_days > 0 && time !== null && (numeric.includes(time) || time === value)) {
      const message = `"${time}" is read as a number, whose unit nobody knows: name a column of times in ISO 8601`;
      context.addIssue({ code: 'custom', path: ['columns', 'time'], message });
    }
    for (const [index, { name }] of config.sources.entries()) {
      if (config.sources.findIndex((each) => each.name === name) === index) continue;
      const message = `"${name}" names another source already`;
      context.addIssue({ code: 'custom', path: ['sources', index, 'name'], message });
    }
    const { publish } = config;
    const read = config.sources.findIndex(
      ({ url, table }) => url === publish?.url && table === publish.table,
    );
    if (read >= 0) {
      const message = `"${publish?.table}" is the table that "sources.${read}.table" reads: name another one`;
      context.addIssue({ code: 'custom', path: ['publish', 'table'], message });
    }
    for (const name of Object.keys(config.columns.monotone)) {
      if (config.columns.numeric.includes(name) || Object.hasOwn(config.columns.derived, name)) continue;
      const message = `"${name}" is not one of columns.numeric or columns.derived`;
      context.addIssue({ code: 'custom', path: ['columns', 'monotone'], message });
    }
  })
  .describe('Configuration of a Tidewatch workspace.');

/** What a person writes in config.json. */
export type ConfigInput = z.input<typeof configSchema>;
/** The configuration with every default filled in. */
export type Config = z.output<typeof configSchema>;
export type ColumnsConfig = Config['columns'];
export type SourceConfig = Config['sources'][number];
