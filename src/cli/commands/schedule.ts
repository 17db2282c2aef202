import type { CommandMaker } from '../program.ts';
import { createVerb } from '../verb.ts';
export const scheduleCommand: CommandMaker = (_terminal, _finish) =>
  createVerb({ name: 'schedule', summary: 'run the process by the clock of the system', help: '' });
