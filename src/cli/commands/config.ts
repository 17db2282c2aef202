/** `tidewatch config`: every value of the configuration and where it came from. */

import { redactUrl } from '../../config/database-place.ts';
import { configJsonSchema, describeConfig, loadWorkspace } from '../../config/load.ts';
import { renderTable } from '../../report/text/render-table.ts';
import { type CommandMaker, createVerb, type SharedOptions } from '../verb.ts';

const HELP = `
Shows every value of the configuration and whether it is written in config.json or the default. A config.json
with the five folders alone is complete. --schema prints the JSON schema instead, for editors:

  tidewatch config --schema > config.schema.json      then "$schema": "./config.schema.json" in config.json
`;

interface ConfigOptions extends SharedOptions {
  readonly schema: boolean;
}

export const configCommand: CommandMaker = (terminal, finish) =>
  createVerb({ name: 'config', summary: 'show every value and where it came from', help: HELP })
    .option('--schema', 'print the JSON schema of config.json', false)
    .action((options: ConfigOptions) => {
      if (options.schema) {
        finish({ json: true }, { value: configJsonSchema(), text: '' });
        return;
      }
      const { root, config, paths } = loadWorkspace(options.workspace);
      const values = describeConfig(root, config);
      const text = renderTable(
        [{ header: 'key' }, { header: 'value' }, { header: 'from' }, { header: 'what it is' }],
        values.map(({ key, value, origin, description }) => [
          key,
          JSON.stringify(value),
          origin,
          description,
        ]),
        { width: terminal.width, colour: terminal.colour },
      );
      const shown = { ...paths, store: redactUrl(paths.store) };
      finish(options, {
        value: { workspace: root, values, paths: shown },
        text: `workspace ${root}\n\n${text}`,
      });
    });
