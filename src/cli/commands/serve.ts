/** `tidewatch serve`: answer over HTTP, and run the process by the clock. */
import { InvalidArgumentError } from 'commander';
import { type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Answers POST /prediction, GET /scoring, /summarystats, /diagnostics, /healthz, /readyz, and /docs for people. A
new deployment is taken up without a restart. With --schedule the whole process runs in this server by the clock,
never two at once.

It listens on 127.0.0.1:8000 (server.host and server.port in the configuration). On any other address it refuses
to start unless TIDEWATCH_API_KEY is set; then every call but /healthz and /readyz must bear that key, as
"Authorization: Bearer KEY" or "X-API-Key: KEY".

Examples:
  tidewatch serve
  tidewatch serve --schedule                      every ten minutes
  tidewatch serve --schedule '0 6 * * 1-5'        at six on weekdays
  TIDEWATCH_API_KEY=... tidewatch serve --host 0.0.0.0
`;

interface ServeOptions extends SharedOptions {
  readonly host?: string;
  readonly port?: number;
  readonly schedule?: string | true;
}

export const serveCommand: CommandMaker = (terminal, finish) =>
  createVerb({ name: 'serve', summary: 'answer over HTTP, and run the process by the clock', help: HELP })
    .option('--host <address>', 'address to listen on (default: server.host, 127.0.0.1)')
    .option(
      '--port <number>',
      'port to listen on, 0 for any free one (default: server.port, 8000)',
      parsePort,
    )
    .option('--schedule [cron]', 'run the whole process at these times (default: */10 * * * *)')
    .action(async (options: ServeOptions) => {
      const logged = { ...options, log: options.log === 'silent' ? ('info' as const) : options.log };
      const answer = await withApp(terminal, logged, async (app) => {
        const service = await app.serve({
          host: options.host ?? null,
          port: options.port ?? null,
          schedule: options.schedule === true ? '*/10 * * * *' : (options.schedule ?? null),
        });
        const next = service.nextRun();
        if (options.json) terminal.out.write(`${JSON.stringify({ url: service.url, nextRun: next })}\n`);
        else terminal.out.write(`Tidewatch answers at ${service.url} (API: ${service.url}/docs)\n`);
        if (!options.json && next !== null) terminal.out.write(`The next run is at ${next.toISOString()}.\n`);
        const signal = await stopSignal();
        await service.close();
        return { value: { stopped: signal }, text: `Stopped (${signal}).` };
      });
      if (!options.json) finish(options, answer);
    });

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new InvalidArgumentError('Expected a whole number from 0 to 65535.');
}

/** Waits for the signal that ends the server. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve(signal));
  });
}
