/** Answers for the HTTP server about the registry, and what a call may change of it, under the run's lock. */
import type { NoteRecord } from '../../store/port/notes.ts';
import type { Resources } from '../resources.ts';
import { lockedVerb } from '../run/locked-verb.ts';
import { type DeploymentPage, listDeployments } from './deployment-history.ts';
import { diffModels, type ModelDiff } from './model-diff.ts';
import { addNote } from './model-notes.ts';
import { type PromotionSummary, promote, rollback } from './promote.ts';

/** Whoever holds the API key. */
const AUTHOR = 'api';

export interface RegistryAnswers {
  diffModels(query: { readonly from: string; readonly to: string }): Promise<ModelDiff>;
  deployments(query: {
    readonly limit: number;
    readonly before?: string | undefined;
  }): Promise<DeploymentPage>;
  promote(name: string, request: { readonly reason: string }): Promise<PromotionSummary>;
  rollback(request: { readonly reason: string }): Promise<PromotionSummary>;
  addNote(
    name: string,
    note: { readonly text: string; readonly author?: string | undefined },
  ): Promise<NoteRecord>;
}

export function createRegistryAnswers(resources: Resources): RegistryAnswers {
  return {
    diffModels: ({ from, to }) => diffModels(resources, from, to),
    deployments: ({ limit, before }) =>
      listDeployments(resources, before === undefined ? { limit } : { limit, before }),
    promote: (name, { reason }) =>
      lockedVerb(resources, 'promote', 'api', (session, held) => promote(held, session, name, reason)),
    rollback: ({ reason }) =>
      lockedVerb(resources, 'rollback', 'api', (session, held) => rollback(held, session, reason)),
    addNote: (model, { text, author = AUTHOR }) => addNote(resources, { model, text, author }),
  };
}
