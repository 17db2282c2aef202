/** What a run said of the system when it ended, read from its summary: summaries of older versions say nothing. */
import { SEVERITIES, type Severity } from './state.ts';

/** The worst of it, as events and logs tell it. */
export interface Said {
  readonly severity: Severity;
  readonly headline: string;
}

export interface SaidStates extends Said {
  readonly states: readonly { readonly id: string; readonly since: string | null }[];
  readonly failedSources: readonly { readonly name: string; readonly message: string }[];
}

/** The first state alone. */
export function saidOf(summary: unknown): Said | null {
  const said = readSaid(summary);
  return said === null ? null : { severity: said.severity, headline: said.headline };
}

/** Null where the summary is none, or says nothing of states. */
export function readSaid(summary: unknown): SaidStates | null {
  if (!isFields(summary)) return null;
  const severity = SEVERITIES.find((each) => each === summary['severity']);
  const { headline, states, sources } = summary;
  if (severity === undefined || typeof headline !== 'string') return null;
  return {
    severity,
    headline,
    states: fieldsIn(states).flatMap(({ id, since }) =>
      typeof id === 'string' ? [{ id, since: typeof since === 'string' ? since : null }] : [],
    ),
    failedSources: fieldsIn(sources).flatMap(({ name, error }) =>
      typeof name === 'string' && isFields(error) ? [{ name, message: String(error['message']) }] : [],
    ),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function fieldsIn(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}
