/** `tidewatch schedule`: run the process by the system's clock. */
import { Command } from 'commander';
import type { CommandMaker, Finish } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { createVerb, type SharedOptions } from '../verb.ts';
