/**
 * Alarms of a deployed model: how soon they come, how often they are false, what they say has changed, beside the
 * rules that others use; then the same through the command line.
 *
 *   npm run bench -- alarms
 */
import {
  type Course,
  delays,
  follow,
  type Rhythm,
  type StreamResult,
  shareAlarmed,
  shareNamed,
  WEEKLY,
} from './alarms-courses.ts';
import { type AlarmRule, aucTest, f1Detector, logLossCusum, rawF1, riskDetector } from './alarms-rules.ts';
import { commandLineTable } from './alarms-stream.ts';
import {
  CALIBRATED,
  type DeployedModel,
  flatter,
  oddsTimes,
  type Population,
  populationOf,
  UNCHANGED,
  type World,
} from './alarms-worlds.ts';
import { table } from './tables.ts';

const STREAMS = 60;
const YEARS = 5;
/** Looks until the budget is used up, at one a week. */
const BUDGET_WEEKS = 260;
const DELAY_WEEKS = 78;

/** ROC AUC, base rate and held-out rows. */
const CELLS: readonly (readonly [number, number, number])[] = [
  [0.8, 0.25, 400],
  [0.81, 0.65, 400],
  [0.65, 0.3, 200],
  [0.65, 0.3, 400],
  [0.65, 0.3, 1000],
  [0.82, 0.05, 400],
  [0.82, 0.05, 1000],
];

const DETECTOR = riskDetector(365.25 * YEARS);
const OLD_RULES = [f1Detector(1_000_000), f1Detector(52_000)];

const INDEPENDENT: World = { ...UNCHANGED, independent: 1 };
/** Weeks in which a gradual change comes about. */
const GRADUAL_WEEKS = 26;

/** All tables. Takes some minutes. */
export async function benchAlarms(): Promise<string> {
  const sections: string[] = [];
  for (const section of [independentTable, unchangedTable, changesTable, peersTable, rhythmTable]) {
    const start = performance.now();
    sections.push(section());
    process.stderr.write(`${sections.at(-1)}\n(${((performance.now() - start) / 1000).toFixed(0)} s)\n\n`);
  }
  sections.push(await commandLineTable());
  return sections.join('\n\n');
}

interface Cell {
  readonly population: Population;
  readonly heldOut: number;
  readonly name: string;
  readonly seed: number;
}

function cellOf(auc: number, base: number, heldOut: number): Cell {
  return {
    population: populationOf(auc, base),
    heldOut,
    name: `AUC ${auc.toFixed(2)}, base ${100 * base} %, ${heldOut.toLocaleString('en-US')} held out`,
    seed: Math.round(1e6 * auc + 1e3 * base + heldOut),
  };
}

interface Given {
  readonly world: (week: number) => World;
  readonly weeks: number;
  readonly model?: DeployedModel;
  readonly rhythm?: Rhythm;
}

function courseOf(cell: Cell, { world, weeks, model = CALIBRATED, rhythm = WEEKLY }: Given): Course {
  const { population, heldOut, seed } = cell;
  return { population, heldOut, model, world, weeks, streams: STREAMS, seed, rhythm };
}

function resultsOf(cell: Cell, given: Given, rule: AlarmRule): readonly StreamResult[] {
  return follow(courseOf(cell, given), [rule]).get(rule.name) ?? [];
}

function independentTable(): string {
  const rules = [DETECTOR, ...OLD_RULES];
  const lines = CELLS.map((numbers) => {
    const cell = cellOf(...numbers);
    const found = follow(courseOf(cell, { world: () => INDEPENDENT, weeks: DELAY_WEEKS }), rules);
    return [cell.name, ...rules.map(({ name }) => delays(found.get(name) ?? []))];
  });
  return (
    `**Labels independent of the inputs from the first week on**, ${WEEKLY.rows} labelled rows a week, ${STREAMS} ` +
    `streams a line; weeks to the alarm, median / 90 % (share of streams that alarm within ${DELAY_WEEKS} weeks):\n\n` +
    table(['model', ...rules.map(({ name }) => name)], lines)
  );
}

const MODELS = [
  ['calibrated', CALIBRATED],
  ['1.5 x too steep', { slope: 1.5, shift: 0 }],
  ['.6 as steep', { slope: 0.6, shift: 0 }],
  ['log-odds .5 too high', { slope: 1, shift: 0.5 }],
] as const;

function unchangedTable(): string {
  const still = (cell: Cell, model: DeployedModel, world: World): string =>
    shareAlarmed(resultsOf(cell, { world: () => world, weeks: BUDGET_WEEKS, model }, DETECTOR));
  const lines = CELLS.map((numbers) => {
    const cell = cellOf(...numbers);
    return [
      cell.name,
      ...MODELS.map(([, model]) => still(cell, model, UNCHANGED)),
      still(cell, CALIBRATED, { ...UNCHANGED, clients: 1 }),
    ];
  });
  return (
    `**No change, ${BUDGET_WEEKS} weeks**: share of ${STREAMS} streams with an alarm; 63 % would use up the budget of ` +
    `one false alarm in ${YEARS} years (95 % intervals):\n\n` +
    table(
      ['model', ...MODELS.map(([name]) => name), 'clients a deviation riskier, outcomes with them'],
      lines,
    )
  );
}

const KINDS = ['base-rate', 'discrimination', 'both'] as const;

function changesTable(): string {
  const line = (cell: Cell, what: string, world: (week: number) => World, right: string): string[] => {
    const results = resultsOf(cell, { world, weeks: DELAY_WEEKS }, DETECTOR);
    return [what, cell.name, delays(results), ...KINDS.map((kind) => mark(kind, right, results))];
  };
  const mark = (kind: string, right: string, results: readonly StreamResult[]): string =>
    kind === right ? `**${shareNamed(results, kind)}**` : shareNamed(results, kind);
  const gradual = (week: number): World => ({ ...UNCHANGED, independent: Math.min(1, week / GRADUAL_WEEKS) });
  const strong = cellOf(0.8, 0.25, 400);
  const weak = cellOf(0.65, 0.3, 400);
  const rare = [400, 1000, 4000].map((heldOut) => cellOf(0.82, 0.05, heldOut)) as [Cell, Cell, Cell];
  const doubled = oddsTimes(2);
  const both = (cell: Cell): World => {
    const flat = flatter(cell.population, 0.5);
    return { ...flat, shift: flat.shift + doubled.shift };
  };
  const some = [strong, weak, ...rare];
  const lines = [
    ...[strong, weak, rare[0], rare[1]].map((cell) =>
      line(cell, `independent, over ${GRADUAL_WEEKS} weeks`, gradual, 'discrimination'),
    ),
    ...some.map((cell) => line(cell, 'independent, at once', () => INDEPENDENT, 'discrimination')),
    ...some.map((cell) => line(cell, 'odds doubled', () => doubled, 'base-rate')),
    ...some.map((cell) =>
      line(cell, 'half as steep, same base rate', () => flatter(cell.population, 0.5), 'discrimination'),
    ),
    ...some.map((cell) => line(cell, 'half as steep, odds doubled', () => both(cell), 'both')),
  ];
  return (
    `**Kinds of change**, and what the detector says at its alarm (share of the streams that alarm within ` +
    `${DELAY_WEEKS} weeks; what is right in bold):\n\n` +
    table(['change', 'model', 'weeks to the alarm', ...KINDS], lines)
  );
}

/** Share of streams with an alarm while alarms come once in `BUDGET_WEEKS` by chance: 1 - 1 / e. */
const USED_UP = 1 - Math.exp(-1);

/** A rule with the level at which so many streams without a change alarm as would use up the budget. */
function calibrated(rule: AlarmRule, cell: Cell): AlarmRule {
  const open = { ...rule, level: null };
  const found = resultsOf(cell, { world: () => UNCHANGED, weeks: BUDGET_WEEKS }, open);
  const most = found.map((result) => result.most).sort((a, b) => b - a);
  return { ...rule, level: most[Math.ceil(USED_UP * most.length) - 1] ?? Number.POSITIVE_INFINITY };
}

function peersTable(): string {
  const changes = (cell: Cell): readonly World[] => [
    INDEPENDENT,
    flatter(cell.population, 0.5),
    oddsTimes(2),
  ];
  const lines = [cellOf(0.8, 0.25, 400), cellOf(0.65, 0.3, 400), cellOf(0.82, 0.05, 400)].flatMap((cell) => {
    const fair = [DETECTOR, rawF1, aucTest('week'), aucTest('all'), logLossCusum].map((rule) => ({
      ...calibrated(rule, cell),
      name: rule === DETECTOR ? `${rule.name}, level by simulation` : rule.name,
    }));
    const rules = [DETECTOR, ...fair, ...OLD_RULES];
    const still = follow(courseOf(cell, { world: () => UNCHANGED, weeks: BUDGET_WEEKS }), rules);
    const changed = changes(cell).map((world) =>
      follow(courseOf(cell, { world: () => world, weeks: DELAY_WEEKS }), rules),
    );
    return rules.map(({ name }) => [
      cell.name,
      name,
      shareAlarmed(still.get(name) ?? []),
      ...changed.map((found) => delays(found.get(name) ?? [])),
    ]);
  });
  return (
    `**Beside other rules.** Their levels are found by simulation, so that 63 % of the streams without a change alarm ` +
    `in ${BUDGET_WEEKS} weeks: a level that nobody knows for data of his own. The detector needs no simulation, and is ` +
    `shown at both:\n\n` +
    table(
      [
        'model',
        'rule',
        `alarms in ${BUDGET_WEEKS} weeks without a change`,
        'independent',
        'half as steep',
        'odds doubled',
      ],
      lines,
    )
  );
}

const RHYTHMS = [
  ['200 rows a week', WEEKLY],
  ['29 rows a day', { rows: 29, days: 1 }],
  ['870 rows a month', { rows: 870, days: 365.25 / 12 }],
] as const;

function rhythmTable(): string {
  const lines = [cellOf(0.8, 0.25, 400), cellOf(0.65, 0.3, 400), cellOf(0.82, 0.05, 400)].flatMap((cell) =>
    RHYTHMS.map(([name, rhythm]) => {
      const of = (world: World, weeks: number) =>
        resultsOf(cell, { world: () => world, weeks, rhythm }, DETECTOR);
      return [
        cell.name,
        name,
        shareAlarmed(of(UNCHANGED, BUDGET_WEEKS)),
        delays(of(INDEPENDENT, DELAY_WEEKS)),
        delays(of(oddsTimes(2), DELAY_WEEKS)),
      ];
    }),
  );
  return (
    `**Other rhythms at the same budget**, one false alarm in ${YEARS} years:\n\n` +
    table(
      ['model', 'looks', `alarms in ${BUDGET_WEEKS} weeks without a change`, 'independent', 'odds doubled'],
      lines,
    )
  );
}
