/** What people say of a client: how it ended, which comes back as a label, and notes. */
import { useState } from 'preact/hooks';
import type { Client, ClientNoteRequest, Outcome, OutcomeRequest } from '../../../src/server/contract.ts';
import { ApiProblem, post } from '../api/call.ts';
import { refreshAnswers } from '../api/use-answer.ts';
import { formatDay, formatTime } from '../format/times.ts';
import { AuthorField, author, rememberAuthor } from './author-field.tsx';
import { Badge } from './marks.tsx';
import { Panel } from './panel.tsx';
import { Problem } from './shown.tsx';

const CHOICES = [
  ['stayed', 'Stayed'],
  ['left', 'Left'],
  ['contacted', 'Contacted'],
] as const;

/** What became of a form that was sent: the text of a problem, or null. */
async function problemOf(sent: Promise<unknown>): Promise<string | null> {
  try {
    await sent;
    rememberAuthor();
    refreshAnswers();
    return null;
  } catch (error) {
    if (error instanceof ApiProblem) return error.message;
    throw error;
  }
}

function signed(): { readonly author?: string } {
  const name = author.value.trim();
  return name === '' ? {} : { author: name };
}

interface OutcomeProps {
  readonly id: string;
  readonly outcomes: Client['outcomes'];
}

export function ClientOutcome({ id, outcomes }: OutcomeProps) {
  const [outcome, setOutcome] = useState<OutcomeRequest['outcome'] | null>(null);
  const [day, setDay] = useState('');
  const [told, setTold] = useState<{ readonly problem: string | null } | null>(null);
  const submit = async (): Promise<void> => {
    if (outcome === null) return;
    const at = day === '' ? {} : { at: new Date(`${day}T12:00:00`).toISOString() };
    const body: OutcomeRequest = { outcome, ...at, ...signed() };
    const problem = await problemOf(post('/api/v1/clients/:id/outcome', { params: { id }, body }));
    setTold({ problem });
    if (problem === null) setOutcome(null);
  };
  return (
    <Panel
      title="How did it end?"
      about="“Left” takes the client off the list at once, “stayed” puts it back; the next run learns from both. “Contacted” is a reminder; it does not train the model."
    >
      <form
        class="stack tight screen-only"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <fieldset class="row">
          <legend class="unseen">Outcome</legend>
          {CHOICES.map(([value, title]) => (
            <label key={value} class="choice">
              <input
                type="radio"
                name="outcome"
                value={value}
                checked={outcome === value}
                onChange={() => setOutcome(value)}
              />
              {title}
            </label>
          ))}
        </fieldset>
        <div class="row">
          <label class="field">
            When (empty: now)
            <input type="date" value={day} onInput={(event) => setDay(event.currentTarget.value)} />
          </label>
          <AuthorField />
          <button type="submit" class="main" disabled={outcome === null}>
            Save outcome
          </button>
        </div>
        <Told told={told} text="Saved." />
      </form>
      <OutcomeList outcomes={outcomes} />
    </Panel>
  );
}

function OutcomeList({ outcomes }: { readonly outcomes: Client['outcomes'] }) {
  if (outcomes.length === 0) return <p class="quiet small">Nothing has been said yet.</p>;
  return (
    <ul class="stack tight">
      {outcomes.map((each) => (
        <li key={each.createdAt}>
          <Badge kind={each.outcome === 'left' ? 'act' : each.outcome === 'stayed' ? 'good' : 'accent'}>
            {each.outcome}
          </Badge>{' '}
          {formatDay(each.at)}{' '}
          <span class="quiet small">
            {each.author}, {formatTime(each.createdAt)}; {fateOf(each)}
          </span>
        </li>
      ))}
    </ul>
  );
}

function fateOf({ outcome, settled, file }: Outcome): string {
  if (outcome === 'contacted') return 'a reminder';
  if (!settled) return 'counts now; the next run learns from it';
  return file === null ? 'gave no label' : `is a label since ${file}`;
}

interface NotesProps {
  readonly id: string;
  readonly notes: Client['notes'];
}

export function ClientNotes({ id, notes }: NotesProps) {
  const [text, setText] = useState('');
  const [told, setTold] = useState<{ readonly problem: string | null } | null>(null);
  const submit = async (): Promise<void> => {
    const body: ClientNoteRequest = { text: text.trim(), ...signed() };
    const problem = await problemOf(post('/api/v1/clients/:id/notes', { params: { id }, body }));
    setTold({ problem });
    if (problem === null) setText('');
  };
  return (
    <Panel title="Notes">
      <form
        class="stack tight screen-only"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label class="field">
          New note
          <textarea value={text} maxLength={10_000} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <div class="row">
          <AuthorField />
          <button type="submit" disabled={text.trim() === ''}>
            Add note
          </button>
        </div>
        <Told told={told} text="Added." />
      </form>
      <ul class="stack tight">
        {notes.map((note) => (
          <li key={note.createdAt} class="note">
            <p>{note.text}</p>
            <span class="quiet small">
              {note.author}, {formatTime(note.createdAt)}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Told({
  told,
  text,
}: {
  readonly told: { readonly problem: string | null } | null;
  readonly text: string;
}) {
  if (told === null) return null;
  if (told.problem !== null) return <Problem message={told.problem} expected={false} />;
  return (
    <p role="status" class="small">
      {text}
    </p>
  );
}
