/** The one way of text to people: nothing in it can control their terminal but what the program draws itself. */
import { visibleText } from '../report/text/display-width.ts';
import type { Terminal } from './terminal.ts';

/** Takes a line back and clears it; what is redrawn begins with it. */
export const CLEAR_LINE = '\r\u001b[K';
/** The colours of tables, plots and findings. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const COLOUR = /(\u001b\[(?:[12]|22|3[1-9])m)/;

/**
 * The same terminal, to which text of the data (names, ids, owners, messages with values) is harmless: control
 * characters but for line feeds and tabs, and marks of direction, are shown as escapes such as `\u001b`, in which JSON
 * keeps its value. `data` is for what goes into a file (CSV): unchanged, unless standard output is a terminal.
 */
export function safeTerminal(terminal: Terminal): Terminal {
  const { colour, interactive, isTerminal = false } = terminal;
  const out = {
    write: (text: string) => terminal.out.write(colour ? colouredText(text) : visibleText(text)),
  };
  const err = {
    write: (text: string) => terminal.err.write(interactive ? redrawnText(text) : visibleText(text)),
  };
  return { ...terminal, out, err, data: isTerminal ? out : terminal.out };
}

function colouredText(text: string): string {
  return text
    .split(COLOUR)
    .map((part, k) => (k % 2 === 1 ? part : visibleText(part)))
    .join('');
}

function redrawnText(text: string): string {
  return text.startsWith(CLEAR_LINE)
    ? CLEAR_LINE + visibleText(text.slice(CLEAR_LINE.length))
    : visibleText(text);
}
