/** Notes on a model: who approved it, what is known of it. */
import { useState } from 'preact/hooks';
import type { Model, NoteRequest } from '../../../../src/server/contract.ts';
import { ApiProblem, post } from '../../api/call.ts';
import { refreshAnswers } from '../../api/use-answer.ts';
import { formatTime } from '../../format/times.ts';
import { AuthorField, author, rememberAuthor } from '../../parts/author-field.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Problem } from '../../parts/shown.tsx';

interface Props {
  readonly version: string;
  readonly notes: Model['notes'];
}

export function ModelNotes({ version, notes }: Props) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (): Promise<void> => {
    const name = author.value.trim();
    const body: NoteRequest = { text: text.trim(), ...(name === '' ? {} : { author: name }) };
    try {
      await post('/api/v1/models/:version/notes', { params: { version }, body });
      rememberAuthor();
      setText('');
      setProblem(null);
      refreshAnswers();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error.message);
    }
  };
  return (
    <Panel title="Notes on this model">
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
        {problem !== null && <Problem message={problem} expected={false} />}
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
