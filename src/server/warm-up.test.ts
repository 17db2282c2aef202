import { expect, it } from 'vitest';
import { silentLog } from '../base/log.ts';
import { warmUp } from './warm-up.ts';

type Answers = Parameters<typeof warmUp>[0];

/** Answers that write down what they were asked for; `today` takes until it is let go. */
function asked(failing: boolean): { readonly names: string[]; readonly answers: Answers; release(): void } {
  const names: string[] = [];
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const answer = async (name: string): Promise<never> => {
    names.push(name);
    if (name === 'today') await gate;
    if (failing) throw new Error(`no ${name}`);
    return undefined as never;
  };
  const answers: Answers = {
    today: () => answer('today'),
    risks: () => answer('risks'),
    chart: async ({ params: { name } }) => ({ etag: '', draw: () => answer(name) }),
  };
  return { names, answers, release: () => release() };
}

it('what cannot be prepared is logged at debug, and the rest is prepared all the same', async () => {
  const { names, answers, release } = asked(true);
  const logged: string[] = [];
  release();
  const { done } = warmUp(answers, { ...silentLog, debug: (_, message) => logged.push(message ?? '') });
  await done;
  expect(names).toHaveLength(8);
  expect(logged).toEqual(names.map((name) => `not prepared: no ${name}`));
});

it('closing waits for what is under way and begins nothing more', async () => {
  const { names, answers, release } = asked(false);
  const warming = warmUp(answers, silentLog);
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  let closed = false;
  const closing = warming.close().then(() => {
    closed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(closed).toBe(false);
  release();
  await closing;
  expect(names).toEqual(['today']);
});
