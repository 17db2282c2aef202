/** `tidewatch demo`: the whole process on data made for the purpose. */
import { resolve } from 'node:path';
import { type CommandMaker, createVerb, type SharedOptions } from '../verb.ts';

const HELP = `
Makes a workspace with data from a seed, and plays what a company would see:
  1. practice data arrives     a first model is trained, scored and deployed
  2. the source data arrives   the clients behave differently: drift, a new model, redeployed
  3. nothing new arrives       nothing is done
and ends with a table of what happened and where each file is. Then look around:

  tidewatch serve -w tidewatch-demo

Examples:
  tidewatch demo
  tidewatch demo --dir /tmp/demo --seed 7
`;

interface DemoOptions extends SharedOptions {
  readonly dir: string;
  readonly seed: string;
}

export const demoCommand: CommandMaker = (terminal, finish) =>
  createVerb({ name: 'demo', summary: 'see the whole process on data made for the purpose', help: HELP })
    .option('-d, --dir <dir>', 'folder to make; an earlier demo there is replaced', 'tidewatch-demo')
    .option('--seed <number>', 'seed of the data', '0')
    .action(async (options: DemoOptions) => {
      const { runDemo, renderDemo } = await import('../demo.ts');
      const told = options.json ? { ...terminal, out: { write: () => undefined } } : terminal;
      const summary = await runDemo(told, {
        folder: resolve(options.dir),
        seed: options.seed,
        log: options.log,
      });
      finish(options, { value: summary, text: renderDemo(summary, terminal) });
    });
