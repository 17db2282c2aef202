import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ComputedColumn } from '../../../../core/columns/computed-column.ts';
import { Database } from '../database.ts';
import { timelineSql } from './timeline.ts';

const columns: ComputedColumn[] = [
  { kind: 'events', name: 'logins', what: 'count', days: 2, type: 'login' },
  { kind: 'events', name: 'paid', what: 'sum', days: 30, type: null },
  { kind: 'change', name: 'change', column: 'usage' },
];

describe('timelines in parts', () => {
  it('are those of the whole: each client is in one part, and rows without a client or a time are in one too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'timeline-'));
    const database = await Database.open({ threads: 2, memoryLimit: '200MB', temporaryFolder: folder });
    try {
      await database.run(
        `create table r as select k as place, case when k % 13 > 0 then k % 13 end::integer as client,
          case when k % 7 > 0 then k * 1000000000::bigint end as t, k::double as v0 from range(200) x(k);
        create table l as select * from r where client is not null;
        create table e as select case when k % 17 > 0 then k % 17 end::integer as client,
          case when k % 11 > 0 then k * 77000000::bigint end as t, k::double as amount, (k % 2 - 1)::smallint as kind
          from range(3000) x(k)`,
      );
      const tables = { rows: 'r', earlier: 'l', events: 'e' };
      const linesOf = (part: number, parts: number): Promise<string[]> =>
        database.texts(
          `select concat_ws(' ', *columns(*)) from (${timelineSql(tables, columns, part, parts)})`,
        );
      const whole = await linesOf(0, 1);
      const parts = await Promise.all([0, 1, 2].map((part) => linesOf(part, 3)));
      expect(parts.flat().sort()).toEqual([...whole].sort());
      const clientOf = (line: string) => line.split(' ')[0];
      for (const part of parts) {
        expect(part.length).toBeGreaterThan(0);
        const own = new Set(part.map(clientOf).filter((client) => client !== '0'));
        expect(part.filter((line) => own.has(clientOf(line)))).toEqual(
          whole.filter((line) => own.has(clientOf(line))),
        );
      }
      const [rows = 0] = await database.numbers(
        `select count(*) from (${timelineSql(tables, columns, 0, 1)}) where #2 = 1`,
      );
      expect(rows).toBe(200);
    } finally {
      database.close();
      rmSync(folder, { recursive: true });
    }
  });
});
