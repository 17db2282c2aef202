/** Compiles the built script that draws, so that whoever draws later need not: run by `npm run build`. */
import { join } from 'node:path';
import { writeFileAtomic } from '../src/base/atomic-file.ts';
import { compileLate } from '../src/base/compile-late.ts';
import { CHARTS } from '../src/report/charts/catalogue.ts';
import { assembleReport } from '../src/report/content/assemble.ts';
import { compiledPath, runScript } from '../src/report/load-drawing.ts';
import { exampleInput, exampleValues } from '../test/example-report.ts';

const path = join(import.meta.dirname, '../dist/drawing.cjs');
// As the command is set: compiled code is good for the same setting alone.
compileLate();
const { drawing, compiledCode } = runScript(path);
// Only what has been run is compiled: so one of each is drawn.
const draw = drawing.createDraw();
await draw({ id: 1, job: { kind: 'report', content: assembleReport(exampleInput()) } });
await draw({
  id: 2,
  job: { kind: 'png', spec: CHARTS['confusion-matrix'].draw(exampleValues()), scale: 2 },
});
writeFileAtomic(compiledPath(path), compiledCode());
