/** `tidewatch sources`: the databases that rows come from. */
import { Command } from 'commander';
import { ABSENT, formatCount } from '../../report/text/format.ts';
import { renderTable } from '../../report/text/render-table.ts';
import type { SourceCheck } from '../../steps/pull/check-source.ts';
import { renderMatched } from '../matched-text.ts';
import type { Terminal } from '../terminal.ts';
import { type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Connects to each source of config.json, holds its columns against those that the configuration names, and shows the
newest row as it would be read. Nothing is taken and nothing is written.

Examples:
  tidewatch sources check
  tidewatch sources check crm --json
`;

export const sourcesCommand: CommandMaker = (terminal, finish) =>
  new Command('sources')
    .summary('the databases that rows come from: do they answer, and do they fit?')
    .description('The databases that rows come from.')
    .addCommand(
      createVerb({ name: 'check', summary: 'do they answer, and do their columns fit?', help: HELP })
        .argument('[name]', 'one source; all unless named')
        .action(async (name: string | undefined, options: SharedOptions) => {
          const answer = await withApp(terminal, options, async (app) => {
            const sources = await app.checkSources(name ?? null);
            return { value: { sources }, text: renderChecks(sources, terminal) };
          });
          finish(options, answer);
        }),
    );

function renderChecks(checks: readonly SourceCheck[], terminal: Terminal): string {
  if (checks.length === 0) return 'No source is configured ("sources" in config.json).';
  return checks.map((check) => renderCheck(check, terminal)).join('\n\n');
}

function renderCheck(check: SourceCheck, terminal: Terminal): string {
  const table = renderTable(
    [{ header: 'column' }, { header: 'type' }, { header: 'read as' }, { header: 'newest row' }],
    check.columns.map(({ name, type, role, newest }) => [name, type, role, newest ?? ABSENT]),
    terminal,
  );
  return [
    `${check.name} at ${check.place} answers, and its columns fit.`,
    table,
    ...(check.matched.length > 0 ? [renderMatched(check.matched)] : []),
    ...(check.extraColumns.length > 0 ? [`left out: ${check.extraColumns.join(', ')}`] : []),
    ...(check.unmarked > 0
      ? [`${formatCount(check.unmarked)} rows have no watermark and are never read. Give them one.`]
      : []),
    check.watermark === null ? 'Nothing has been pulled yet.' : `Pulled up to ${check.watermark}.`,
    ...check.warnings.map((warning) => `NOTE: ${warning}`),
  ].join('\n');
}
