/** The built script that draws, beside the sources it is made of. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compileLate } from '../../src/base/compile-late.ts';
import { assembleReport } from '../../src/report/content/assemble.ts';
import { drawReport } from '../../src/report/draw.ts';
import { runScript } from '../../src/report/load-drawing.ts';
import { exampleInput } from '../example-report.ts';

it('the built drawing takes its compiled code, and draws the bytes that the sources draw', async () => {
  compileLate();
  const content = assembleReport(exampleInput());
  const { drawing, compiledAhead } = runScript(join(import.meta.dirname, '../../dist/drawing.cjs'));
  expect(compiledAhead).toBe(true);
  expect(await drawing.drawReport(content)).toEqual(await drawReport(content));
});
