/** The last run: its steps, how long they took, and the dependencies of the system. */
import type { ReportValues } from '../report-values.ts';
import { ABSENT, formatCount, formatSeconds } from '../text/format.ts';
import { boundedTable, paragraph } from './blocks.ts';
import type { Block, Section } from './document.ts';
import { outcomeOf } from './outcome.ts';
import { timeText } from './time-text.ts';

/** Steps that come with or after the report itself, and so are not over when it is made. */
const LATER = new Set(['report', 'call']);

export function runSection(values: ReportValues): Section {
  const head = { id: 'run', heading: 'The last run' };
  const { run, worked, steps, diagnostics } = values;
  if (run === null || worked === null)
    return { ...head, blocks: [paragraph(outcomeOf(values).what), ...timings(diagnostics)] };
  return {
    ...head,
    blocks: [
      ...(worked === run
        ? []
        : [
            paragraph(
              `The last run, on ${timeText(run.startedAt)}, found no new data. This is the one before it that had something to do.`,
            ),
          ]),
      paragraph(`Run ${worked.id} began on ${timeText(worked.startedAt)}. ${outcomeOf(values).what}`),
      boundedTable({
        caption: 'Steps up to this report',
        columns: [
          { header: 'Step' },
          { header: 'Status' },
          { header: 'Time', align: 'right' },
          { header: 'What it did', wide: true },
        ],
        items: steps.filter(({ name }) => !LATER.has(name)),
        row: ({ name, status, seconds, note }) => [name, status, formatSeconds(seconds), note],
        most: 40,
      }),
      ...timings(diagnostics),
    ],
  };
}

function timings(diagnostics: ReportValues['diagnostics']): Block[] {
  const durations = diagnostics?.durations ?? [];
  if (durations.length === 0) return [];
  return [
    boundedTable({
      caption: 'How long ingestion and training take',
      columns: [
        { header: 'Step' },
        { header: 'Last time', align: 'right' },
        { header: 'Mean', align: 'right' },
        { header: 'Median', align: 'right' },
        { header: 'Runs', align: 'right' },
      ],
      items: durations,
      row: ({ name, seconds, mean, median, count }) => [
        name,
        ...[seconds, mean, median].map(formatSeconds),
        formatCount(count),
      ],
      most: 20,
    }),
  ];
}

const MAX_DEPENDENCIES = 60;

export function dependenciesSection({ diagnostics }: ReportValues): Section {
  const head = { id: 'dependencies', heading: 'Dependencies' };
  const dependencies = diagnostics?.dependencies ?? [];
  if (dependencies.length === 0) {
    return { ...head, blocks: [paragraph('The dependencies have not been diagnosed yet.')] };
  }
  const behind = dependencies.filter(({ outdated }) => outdated === true).length;
  const unknown = dependencies.filter(({ latest }) => latest === null).length;
  return {
    ...head,
    blocks: [
      paragraph(
        `${formatCount(behind)} of ${formatCount(dependencies.length)} are behind the latest version` +
          `${unknown === 0 ? '.' : `; of ${formatCount(unknown)} the latest is not known, since the registry was not asked or did not answer.`}`,
      ),
      boundedTable({
        caption: 'Installed and latest versions',
        columns: [
          { header: 'Package', wide: true },
          { header: 'Installed' },
          { header: 'Latest' },
          { header: 'State' },
        ],
        items: dependencies,
        row: ({ name, installed, latest, outdated }) => [
          name,
          installed ?? ABSENT,
          latest ?? ABSENT,
          outdated === null ? 'not known' : outdated ? 'behind' : 'current',
        ],
        most: MAX_DEPENDENCIES,
      }),
    ],
  };
}
