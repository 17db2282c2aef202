/** The built server over a workspace, on a free port: started for a test, called, and ended at the end. */
import { type CommandOptions, type Running, start } from './command.ts';

export interface Served extends Running {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** The answer to a GET, or to a POST of a body. */
  call(path: string, options?: { body?: unknown; key?: string }): Promise<{ status: number; body: unknown }>;
}

const servers: Running[] = [];

/** `tidewatch serve -w root`, once it listens. */
export async function serve(
  root: string,
  args: readonly string[] = [],
  options: CommandOptions = {},
): Promise<Served> {
  const running = start(['serve', '--port', '0', '-w', root, ...args], options);
  servers.push(running);
  const said = await running.says(/answers at http:\S+/);
  const url = said.replace('answers at ', '').replace('0.0.0.0', '127.0.0.1');
  return {
    ...running,
    url,
    port: Number(new URL(url).port),
    call: async (path, { body, key } = {}) => {
      const answer = await fetch(`${url}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          'content-type': 'application/json',
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : text };
    },
  };
}

/** Ends every server of this test file that still runs. */
export async function endServers(): Promise<void> {
  const all = servers.splice(0);
  for (const server of all) server.process.kill('SIGKILL');
  await Promise.all(all.map(({ ended }) => ended));
}
