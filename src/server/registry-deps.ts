/** What the HTTP server needs for the registry of models. A model goes by any of its names. */
import type {
  Deployments,
  DeploymentsQuery,
  Diff,
  DiffQuery,
  Note,
  NoteRequest,
  PromoteRequest,
  Promotion,
} from './contract.ts';

/** `not-found` where there is no such model, `usage` where several versions begin so. */
export interface RegistryDeps {
  /** What is different between two models. */
  diffModels(query: DiffQuery): Promise<Diff>;
  /** What was live when, and why, page by page. */
  deployments(query: DeploymentsQuery): Promise<Deployments>;
  /** Makes a stored model live; `run-locked` while a run holds the lock. */
  promote(name: string, request: PromoteRequest): Promise<Promotion>;
  /** Makes the model live that was live before; `run-locked` as above. */
  rollback(request: PromoteRequest): Promise<Promotion>;
  /** Writes a note on a model. */
  addNote(name: string, note: NoteRequest): Promise<Note>;
}
