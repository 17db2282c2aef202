/** `tidewatch init`: make a workspace. */
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { TidewatchError } from '../../base/errors.ts';
import { CONFIG_FILE, configJsonSchema, loadWorkspace } from '../../config/load.ts';
import type { ConfigInput } from '../../config/schema.ts';
import { type CommandMaker, createVerb, type SharedOptions } from '../verb.ts';

const HELP = `
Makes a workspace: config.json, its JSON schema for editors, and the folders. Then put CSV files into sourcedata/
and labelled rows that the model must not learn from into testdata/, and do "tidewatch run".

The columns are those of the original system (corporation, lastmonth_activity, lastyear_activity,
number_of_employees, exited). Name your own with the options, or later in config.json under "columns".

Examples:
  tidewatch init
  tidewatch init -w clients --id customer_id --target churned --positive Yes --numeric tenure,monthly_charges
`;

interface InitOptions extends SharedOptions {
  readonly id?: string;
  readonly target?: string;
  readonly positive?: string;
  readonly numeric?: string;
}

export const initCommand: CommandMaker = (_terminal, finish) =>
  createVerb({ name: 'init', summary: 'make a workspace', help: HELP })
    .option('--id <column>', 'column that names the client')
    .option('--target <column>', 'column that says whether the client left')
    .option('--positive <value>', 'value of the target that means "left"')
    .option('--numeric <columns>', 'numeric feature columns, separated by commas')
    .action((options: InitOptions) => {
      const root = resolve(options.workspace);
      const path = join(root, CONFIG_FILE);
      if (existsSync(path)) {
        throw new TidewatchError(
          'workspace-exists',
          `${path} is there already and was left as it is. Change it with an editor; "tidewatch config" shows what it says.`,
          { details: { path } },
        );
      }
      writeFileAtomic(join(root, 'config.schema.json'), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
      writeFileAtomic(path, `${JSON.stringify(initialConfig(options), null, 2)}\n`);
      const { paths } = loadWorkspace(root);
      for (const folder of [paths.input, paths.testData]) mkdirSync(folder, { recursive: true });
      const text = [
        `Made a workspace in ${root}.`,
        `1. Put client data (CSV, or gzipped CSV) into ${paths.input}`,
        `2. Put labelled test rows, not used for training, into ${paths.testData}`,
        '3. tidewatch run',
      ].join('\n');
      finish(options, { value: { workspace: root, config: path, paths }, text });
    });

/** The five folders of the original system, and the columns where they were named. */
function initialConfig(options: InitOptions): ConfigInput {
  const columns = {
    ...(options.id === undefined ? {} : { id: options.id }),
    ...(options.target === undefined ? {} : { target: options.target }),
    ...(options.positive === undefined ? {} : { positive: options.positive }),
    ...(options.numeric === undefined
      ? {}
      : { numeric: options.numeric.split(',').map((name) => name.trim()) }),
  };
  return {
    $schema: './config.schema.json',
    input_folder_path: 'sourcedata',
    output_folder_path: 'ingesteddata',
    test_data_path: 'testdata',
    output_model_path: 'models',
    prod_deployment_path: 'production_deployment',
    ...(Object.keys(columns).length === 0 ? {} : { columns }),
  };
}
