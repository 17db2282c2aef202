/** Targets end to end: whichever way round and in whatever words, the call list begins with those who are about to leave. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { parseAnswer, tidewatch } from './command.ts';
import { removeWorkspaces, temporaryFolder } from './workspace.ts';

afterAll(removeWorkspaces);

const CLIENTS = 400;
const TOP = 40;

/** Clients with little usage leave. `textOf` says it of a client, who may be new. */
function clientsFile(target: string, textOf: (left: boolean, client: number) => string): string {
  const random = createRandom(11);
  const lines = Array.from({ length: CLIENTS }, (_, client) => {
    const usage = random.below(100);
    const left = random.uniform() < (usage < 35 ? 0.6 : 0.08);
    return `C${client},${usage},${random.below(9)},${textOf(left, client)}`;
  });
  return `customer_id,usage,calls,${target}\n${lines.join('\n')}\n`;
}

const TARGETS: readonly (readonly [string, (left: boolean, client: number) => string])[] = [
  ['retention', (left) => (left ? '0' : '1')],
  ['Kundenbindung', (left) => (left ? 'nein' : 'ja')],
  ['not_renewed', (left) => (left ? 'TRUE' : 'FALSE')],
  ['Customer Status', (left, client) => (client % 10 === 0 ? 'Joined' : left ? 'Churned' : 'Stayed')],
];

describe('a target, whichever way round', () => {
  it.each(TARGETS)('is learned from as it is meant: %s', async (target, textOf) => {
    const folder = temporaryFolder();
    const [file, root] = [join(folder, 'clients.csv'), join(folder, 'w')];
    const text = clientsFile(target, textOf);
    writeFileSync(file, text);
    expect((await tidewatch(['init', file, '-w', root])).stderr).toBe('');
    expect((await tidewatch(['run', '-w', root])).exit).toBe(0);
    const risks = await tidewatch(['risks', '-w', root, '--top', String(CLIENTS), '--json']);
    const { clients } = parseAnswer<{ clients: { id: string }[] }>(risks);
    const usageOf = new Map(text.split('\n').map((line) => line.split(',').slice(0, 2) as [string, string]));
    const usages = clients.map(({ id }) => Number(usageOf.get(id)));
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(usages.length).toBeGreaterThan(CLIENTS / 2);
    expect(mean(usages.slice(0, TOP))).toBeLessThan(mean(usages) - 15);
    const isListed = (client: number) => clients.some(({ id }) => id === `C${client}`);
    if (target === 'Customer Status') expect([0, 10, 20, 30].every(isListed)).toBe(true);
  });
});
