/** `tidewatch models note` and `notes`: what people say of models. */
import type { Command } from 'commander';
import type { NotePage } from '../../pipeline/models/model-notes.ts';
import { renderTable } from '../../report/text/render-table.ts';
import type { Terminal } from '../terminal.ts';
import { timeText } from '../time-text.ts';
import { createVerb, type Finish, type SharedOptions, withApp } from '../verb.ts';
import { wholeNumber } from '../whole-number.ts';

const NOTE_HELP = `
Writes a note on a model, with the time and who says it. Notes are added and never changed, and "tidewatch models show"
tells them. The model may be named by its version, the beginning of it, or as champion, challenger or previous.

Examples:
  tidewatch models note champion "approved by the risk committee"
  tidewatch models note 3f2a9c "trained on the month with the outage" --author "Kim Lee"
`;

const NOTES_HELP = `
Lists the notes on one model, or on all, newest first.

Examples:
  tidewatch models notes
  tidewatch models notes champion --json | jq '.notes[].text'
`;

interface NoteOptions extends SharedOptions {
  readonly author?: string;
}

interface NotesOptions extends SharedOptions {
  readonly limit: number;
  readonly before?: string;
}

export function noteCommand(terminal: Terminal, finish: Finish): Command {
  return createVerb({ name: 'note', summary: 'write a note on a model', help: NOTE_HELP })
    .argument('<version>', 'the model')
    .argument('<text>', 'what there is to say')
    .option('--author <name>', 'who says it (default: the user of this machine)')
    .action(async (model: string, text: string, options: NoteOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const note = await app.addNote({ model, text, author: options.author ?? null });
        return { value: note, text: `Noted on model ${note.modelVersion} by ${note.author}.` };
      });
      finish(options, answer);
    });
}

export function notesCommand(terminal: Terminal, finish: Finish): Command {
  return createVerb({ name: 'notes', summary: 'the notes on a model, or on all', help: NOTES_HELP })
    .argument('[version]', 'the model (default: all)')
    .option('--limit <n>', 'notes to list', wholeNumber, 50)
    .option('--before <cursor>', 'only older ones: the "next" of the list before')
    .action(async (model: string | undefined, options: NotesOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const { limit, before } = options;
        const page = await app.listNotes(model ?? null, before === undefined ? { limit } : { limit, before });
        return { value: page, text: renderNotes(page, terminal) };
      });
      finish(options, answer);
    });
}

function renderNotes({ notes, next }: NotePage, terminal: Terminal): string {
  if (notes.length === 0) return 'There are no notes.';
  const table = renderTable(
    [{ header: 'when' }, { header: 'model' }, { header: 'who' }, { header: 'note' }],
    notes.map(({ createdAt, modelVersion, author, text }) => [
      timeText(createdAt),
      modelVersion,
      author,
      text,
    ]),
    terminal,
  );
  return next === null ? table : `${table}\n\nOlder ones: --before ${next}`;
}
