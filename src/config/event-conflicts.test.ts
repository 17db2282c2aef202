import { describe, expect, it } from 'vitest';
import { eventConflicts } from './event-conflicts.ts';
import { type ConfigInput, configSchema } from './schema.ts';

const FOLDERS = {
  input_folder_path: 'in',
  output_folder_path: 'out',
  test_data_path: 'test',
  output_model_path: 'model',
  prod_deployment_path: 'live',
};
const COLUMNS = { id: 'id', time: 'day', target: 'left', numeric: ['usage'] };
const EVENTS = { path: 'events', id: 'client', time: 'at', type: 'what', amount: 'money' };

function said(columns: ConfigInput['columns'], events: object | null = EVENTS): string[] {
  const parsed = configSchema.safeParse({ ...FOLDERS, columns, tables: { events } });
  return (parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('events and what is made of them', () => {
  it('fit where everything is named', () => {
    const derived = {
      a: { events: 'sum', days: 30, type: 'login' },
      b: { change: 'usage' },
      c: { events: 'days_since_last' },
    } as const;
    expect(said({ ...COLUMNS, derived })).toEqual([]);
    expect(said({ ...COLUMNS, derived: { b: derived.b } }, null)).toEqual([]);
  });

  it.each([
    [{ ...COLUMNS, id: null }, EVENTS, /tables\.events\.id: .*"columns\.id" as well/],
    [{ ...COLUMNS, time: null }, EVENTS, /tables\.events\.time: .*"columns\.time" as well/],
    [
      COLUMNS,
      { ...EVENTS, amount: 'at' },
      /tables\.events\.amount: names "at", as "tables\.events\.time" does/,
    ],
    [COLUMNS, { ...EVENTS, path: null, source: 'crm' }, /tables\.events\.source: "crm" is none of "sources"/],
    [COLUMNS, { ...EVENTS, source: 'crm' }, /give one of "path" and "source"/],
    [{ ...COLUMNS, derived: { usage: { events: 'count' } } }, EVENTS, /derived\.usage: .*another name/],
    [{ ...COLUMNS, derived: { a: { events: 'count' } } }, null, /derived\.a: there are no events/],
    [
      { ...COLUMNS, derived: { a: { events: 'count', type: 'x' } } },
      { ...EVENTS, type: null },
      /derived\.a: .*"tables\.events\.type"/,
    ],
    [
      { ...COLUMNS, derived: { a: { events: 'sum' } } },
      { ...EVENTS, amount: null },
      /derived\.a: .*"tables\.events\.amount"/,
    ],
    [
      { ...COLUMNS, derived: { a: { change: 'nothing' } } },
      EVENTS,
      /derived\.a: "nothing" is no column of numbers/,
    ],
    [
      { ...COLUMNS, time: null, derived: { a: { change: 'usage' } } },
      null,
      /derived\.a: .*"columns\.time" as well/,
    ],
    [
      { ...COLUMNS, numeric: ['usage', 'day'], derived: { a: { change: 'usage' } } },
      null,
      /derived\.a: "day" \(columns\.time\) is read as a number/,
    ],
  ] as const)('are refused with the key and what to do: %j %j', (columns, events, expected) => {
    expect(said(columns as unknown as ConfigInput['columns'], events).join('\n')).toMatch(expected);
  });

  it('are nothing to judge where there are none', () => {
    expect(eventConflicts(configSchema.parse(FOLDERS))).toEqual([]);
  });
});
