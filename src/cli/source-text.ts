/** How the command line tells that a database that rows come from has failed, or is odd, while the rest went on. */
import { EXIT } from '../base/errors.ts';
import type { SourcePull } from '../pipeline/bound/pull-step.ts';

/** A line for each source that failed, and for each oddity of one that did not. */
export function renderSourceNotes(sources: readonly SourcePull[]): string[] {
  return sources.flatMap(({ name, error, warnings }) => [
    ...(error === null ? [] : [`source    ${name} FAILED: ${error.message}`]),
    ...warnings.map((warning) => `source    ${name} NOTE: ${warning}`),
  ]);
}

/** Not 0 where one failed, so that a scheduler hears of it. */
export function exitOf(sources: readonly SourcePull[]): number {
  return sources.some(({ status }) => status === 'failed') ? EXIT.remote : EXIT.ok;
}
