/** `tidewatch call`: call every endpoint of the API and keep the answers. */
import { type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Calls /prediction (for the test data), /scoring, /summarystats and /diagnostics over HTTP and writes the answers,
one JSON object, to apireturns.txt in output_model_path. Without --url it starts a server for the moment, on a
free port of this machine.

Examples:
  tidewatch call
  tidewatch call --url http://127.0.0.1:8000        with TIDEWATCH_API_KEY set where the server wants a key
`;

interface CallOptions extends SharedOptions {
  readonly url?: string;
}

export const callCommand: CommandMaker = (terminal, finish) =>
  createVerb({ name: 'call', summary: 'call every endpoint of the API and keep the answers', help: HELP })
    .option('--url <url>', 'a running server; default: start one for the moment')
    .action(async (options: CallOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const summary = await app.call(options.url ?? null);
        const calls = summary.calls.map(({ name, status }) => `${name.padEnd(14)} ${status}`);
        return { value: summary, text: [...calls, `wrote ${summary.path}`].join('\n') };
      });
      finish(options, answer);
    });
