import { join } from 'node:path';
import { defineConfig, type UserConfig } from 'tsdown';
import { licensesOf } from './scripts/licenses.ts';

const shared = {
  outDir: 'dist',
  fixedExtension: false,
  platform: 'node',
  target: 'node20',
  dts: false,
  sourcemap: false,
} as const satisfies UserConfig;

const fileAt = (path: string): string => join(import.meta.dirname, path);

/** The built package: the command, its threads, and the two fonts. */
export default defineConfig([
  {
    ...shared,
    entry: {
      main: 'src/cli/main.ts',
      'report-worker': 'src/report/worker.ts',
      'line-sink-worker': 'src/engine/local/compile/line-sink-worker.ts',
      'lease-worker': 'src/store/lease/lease-worker.ts',
    },
    format: 'esm',
    // The dashboard in dist/web is built by Vite.
    clean: ['dist/*', '!dist/web'],
    // What a cold start loads is bundled; a bundle loads several times as fast as a tree of small files.
    deps: {
      alwaysBundle: ['@duckdb/node-api', 'fastify', 'kysely', 'zod'],
      neverBundle: ['@duckdb/node-bindings'],
    },
    plugins: [licensesOf('command')],
    copy: [
      { from: 'node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf', to: 'dist/fonts' },
      { from: 'node_modules/dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf', to: 'dist/fonts' },
      { from: 'node_modules/dejavu-fonts-ttf/LICENSE', to: 'dist/licenses', rename: 'fonts.txt' },
      // What d3-delaunay ships inside its own file, where a bundler does not see it.
      { from: 'node_modules/delaunator/LICENSE', to: 'dist/licenses', rename: 'delaunator.txt' },
      {
        from: 'node_modules/robust-predicates/LICENSE',
        to: 'dist/licenses',
        rename: 'robust-predicates.txt',
      },
    ],
  },
  {
    ...shared,
    // What draws is one script, which can be compiled ahead: see scripts/compile-drawing.ts.
    entry: { drawing: 'src/report/draw.ts' },
    format: 'cjs',
    minify: true,
    clean: false,
    // Without a canvas: text is measured by rule, and the search for one is an await that a script cannot have.
    alias: {
      'vega-canvas': fileAt('node_modules/vega-canvas/build/vega-canvas.browser.js'),
      'tiny-inflate': fileAt('src/report/pdf/native-inflate.cjs'),
    },
    deps: { alwaysBundle: ['pdfkit', 'vega', 'vega-lite'] },
    plugins: [licensesOf('drawing')],
    outputOptions: { codeSplitting: false },
    onSuccess: 'tsx scripts/compile-drawing.ts',
  },
]);
