import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PLAIN_STYLE } from '../core/values/number-style.ts';
import { proposeEvents } from './propose-events.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'events-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const NUMBERS = Array.from({ length: 60 }, (_, k) => k);
const clientOf = (k: number) => `K${k % 20}`;
const timeOf = (k: number) => `2026-0${1 + (k % 3)}-1${k % 10}T08:00:00Z`;

function write(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

function propose(events: string, style: { decimal: '.' | ','; thousands: '.' | null }) {
  const clients = write('clients.csv', ['Kunde;Monat', ...NUMBERS.map((k) => `${clientOf(k)};2026-03-31`)]);
  return proposeEvents({
    ...{ paths: [events], clients: [clients], id: 'Kunde', time: 'Monat', names: ['Kunde', 'Monat'] },
    ...{ timeFormat: null, style: { ...style, unit: null }, progress: () => {} },
  });
}

it('finds amounts as the numbers of the clients are written', async () => {
  const lines = NUMBERS.map((k) => `${clientOf(k)};${timeOf(k)};1.${100 + k},${10 + k}`);
  const events = write('events.csv', ['Kunde;Zeitpunkt;Betrag', ...lines]);
  expect((await propose(events, { decimal: ',', thousands: '.' })).names.amount).toBe('Betrag');
  expect((await propose(events, PLAIN_STYLE as { decimal: '.'; thousands: null })).names.amount).toBeNull();
});

it('finds amounts of JSON, which have a point', async () => {
  const lines = NUMBERS.map((k) => JSON.stringify({ Kunde: clientOf(k), at: timeOf(k), Betrag: k + 0.5 }));
  const { names } = await propose(write('events.ndjson', lines), { decimal: ',', thousands: null });
  expect(names).toMatchObject({ id: 'Kunde', time: 'at', amount: 'Betrag' });
});
