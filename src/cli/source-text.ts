/** How the command line tells that a database that rows come from has failed while the rest went on. */
import { EXIT } from '../base/errors.ts';
import type { SourcePull } from '../pipeline/pull-step.ts';

/** A line for each source that failed. */
export function renderFailedSources(sources: readonly SourcePull[]): string[] {
  return sources.flatMap(({ name, error }) =>
    error === null ? [] : [`source    ${name} FAILED: ${error.message}`],
  );
}

/** Not 0 where one failed, so that a scheduler hears of it. */
export function exitOf(sources: readonly SourcePull[]): number {
  return sources.some(({ status }) => status === 'failed') ? EXIT.remote : EXIT.ok;
}
