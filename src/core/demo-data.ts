/**
 * Data of the original system's shape for demonstrations and tests, from a seed. In both eras the clients are
 * alike, and falling activity makes them leave. What changes is who else leaves: in the practice era the large
 * clients, in the source era those of little activity in the last year, large or not. So a model trained on the
 * practice era goes wrong in the source era.
 */
import { createRandom, type Random } from '../base/random.ts';

export type Era = 'practice' | 'source';

/** One client; the columns of the original system. */
export interface DemoClient {
  readonly corporation: string;
  readonly lastmonth_activity: number;
  readonly lastyear_activity: number;
  readonly number_of_employees: number;
  readonly exited: 0 | 1;
}

const COLUMNS = [
  'corporation',
  'lastmonth_activity',
  'lastyear_activity',
  'number_of_employees',
  'exited',
] as const;

/** `rows` clients of an era. Names are four letters and a number, unique within the call. */
export function generateClients(era: Era, rows: number, random: Random): DemoClient[] {
  return Array.from({ length: rows }, (_, index) => {
    const lastmonth = Math.round(Math.exp(4 + 0.9 * random.normal()));
    const lastyear = Math.round(1500 * random.uniform() ** 1.5);
    const employees = Math.round(Math.exp(3 + random.normal()));
    const other =
      era === 'practice' ? 0.05 * (employees - 24) : 0.006 * (500 - lastyear) - 0.02 * (employees - 24);
    const exited = random.uniform() < 1 / (1 + Math.exp(0.02 * (lastmonth - 50) - other)) ? 1 : 0;
    return {
      corporation: `${letters(random)}${index}`,
      lastmonth_activity: Math.max(0, lastmonth),
      lastyear_activity: Math.max(0, lastyear),
      number_of_employees: Math.max(1, employees),
      exited,
    };
  });
}

function letters(random: Random): string {
  return Array.from({ length: 4 }, () => String.fromCharCode(97 + random.below(26))).join('');
}

/** Clients as CSV text, with a header and a newline at the end. */
export function renderClients(clients: readonly DemoClient[]): string {
  const lines = clients.map((client) => COLUMNS.map((column) => client[column]).join(','));
  return `${[COLUMNS.join(','), ...lines].join('\n')}\n`;
}

/** The files of a demonstration workspace: path inside the workspace to CSV text. */
export function generateDemoFiles(seed: number): ReadonlyMap<string, string> {
  const practice = generateClients('practice', 600, createRandom(seed, 1));
  const source = generateClients('source', 900, createRandom(seed, 2));
  const tests = [
    ...generateClients('practice', 150, createRandom(seed, 3)),
    ...generateClients('source', 250, createRandom(seed, 4)),
  ];
  return new Map([
    ['practicedata/dataset1.csv', renderClients(practice.slice(0, 340))],
    // The second file repeats some clients of the first, as the original system's files do.
    ['practicedata/dataset2.csv', renderClients(practice.slice(300))],
    ['sourcedata/dataset3.csv', renderClients(source.slice(0, 400))],
    ['sourcedata/dataset4.csv', renderClients(source.slice(400))],
    ['testdata/testdata.csv', renderClients(tests)],
  ]);
}
