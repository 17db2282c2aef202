import { describe, expect, it } from 'vitest';
import { normalizeId } from '../clients/client-id.ts';
import { EventsTally } from './events-tally.ts';
import { type EventsClients, proposeEvents } from './propose-events.ts';

const DAY = 86_400_000;
const START = Date.UTC(2025, 0, 1);

function tallyOf(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  clients: readonly string[],
): EventsTally {
  const tally = new EventsTally(names, {
    parseNumber: (text) => (text === '' ? Number.NaN : Number(text)),
    parseTime: (text) => (/^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN),
    clients: new Set(clients),
    spell: normalizeId,
  });
  for (const row of rows) tally.add(row);
  return tally;
}

const IDS = Array.from({ length: 50 }, (_, k) => `c${k}`);
const CLIENTS: EventsClients = {
  id: 'client',
  names: ['client', 'events_7d'],
  medianTime: START + 120 * DAY,
};

/** Events over 200 days, three in four of known clients. */
function rows(count = 800): string[][] {
  return Array.from({ length: count }, (_, k) => [
    String(k + 1000),
    k % 4 === 0 ? `ghost${k}` : ` ${IDS[k % 50]} `,
    new Date(START + ((k * 7) % 200) * DAY).toISOString(),
    ['login', 'login', 'order', 'ticket'][k % 4] ?? '',
    String(((k * 13) % 977) / 100 + 0.005),
  ]);
}

describe('a table of events', () => {
  it('has its columns found by what is in them, and features for the windows that its span allows', () => {
    const tally = tallyOf(['event_id', 'who', 'moment', 'what', 'eur'], rows(), IDS);
    const { names, derived, known } = proposeEvents(tally, CLIENTS);
    expect(names).toEqual({ id: 'who', time: 'moment', type: 'what', amount: 'eur', key: 'event_id' });
    expect(known).toBe(0.75);
    // 365 days before the middle of the rows there were no events; a name that is taken is not taken again.
    expect(Object.keys(derived)).toEqual([
      ...['events_7d_2', 'events_30d', 'events_90d', 'eur_7d', 'eur_30d', 'eur_90d'],
      ...['days_since_event', 'login_30d', 'order_30d', 'ticket_30d'],
    ]);
    expect(derived['order_30d']).toEqual({ events: 'count', days: 30, type: 'order' });
  });

  it('takes the column of the name that the clients have, where two hold ids', () => {
    const both = rows().map(([key = '', id = '', ...rest]) => [key, id, id, ...rest]);
    const tally = tallyOf(['n', 'referrer', 'Client', 'moment', 'what', 'eur'], both, IDS);
    expect(proposeEvents(tally, CLIENTS).names.id).toBe('Client');
  });

  it('does without type, amount and key', () => {
    const bare = rows().map(([, id = '', time = '']) => [id, time]);
    const { names, derived } = proposeEvents(tallyOf(['client', 'at'], bare, IDS), CLIENTS);
    expect(names).toEqual({ id: 'client', time: 'at', type: null, amount: null, key: null });
    expect(
      Object.values(derived).every((made) => 'events' in made && made.events !== 'sum' && made.type === null),
    ).toBe(true);
  });

  it('is refused where no column has ids of the clients, no column has times, or there is no row', () => {
    const tally = tallyOf(['event_id', 'who', 'moment', 'what', 'eur'], rows(), ['other']);
    expect(() => proposeEvents(tally, CLIENTS)).toThrow(/No column of the events holds the clients.*who/);
    const undated = rows().map(([key = '', id = '']) => [key, id, 'yesterday']);
    expect(() => proposeEvents(tallyOf(['n', 'who', 'when'], undated, IDS), CLIENTS)).toThrow(
      /holds times.* n, who, when\. .*"tables\.events" in config\.json, and the format in `input\.dates`/,
    );
    expect(() => proposeEvents(tallyOf(['n'], [], IDS), CLIENTS)).toThrow(/no rows/);
  });
});
