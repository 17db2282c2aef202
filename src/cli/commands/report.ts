/** `tidewatch report`: make the report from the stored values. */
import { formatBytes } from '../../report/text/format.ts';
import { type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Writes to output_model_path, about the deployed model (or the trained one, where none is deployed):
  report.pdf           for paper and for people: summary, clients at risk, quality, drift, data, certificate
  report.html          the same in one file that asks nothing of the network; light and dark, phone and print
  confusionmatrix.png  the confusion matrix on the test data

It is made from stored values: equal values give equal files, byte for byte. "tidewatch run" ends with it.
Without a test score there is no picture, and the report says so.

The fonts of the PDF have Latin, Greek, Cyrillic and their neighbours. Letters that they lack or cannot set (Chinese,
Japanese, Korean, Thai, Devanagari, Arabic, Hebrew, most emoji) stand there by their Unicode numbers, as [U+6771 U+4EAC],
and the report says so; report.html shows them as they are.

Examples:
  tidewatch report
  tidewatch report --json     the files with their sizes in bytes
`;

export const reportCommand: CommandMaker = (terminal, finish) =>
  createVerb({
    name: 'report',
    summary: 'make the report as PDF and HTML from the stored values',
    help: HELP,
  }).action(async (options: SharedOptions) => {
    const answer = await withApp(terminal, options, async (app) => {
      const summary = await app.report();
      const wrote = summary.files.map(({ path, bytes }) => `wrote ${path} (${formatBytes(bytes)})`);
      return { value: summary, text: [...wrote, ...summary.notes].join('\n') };
    });
    finish(options, answer);
  });
