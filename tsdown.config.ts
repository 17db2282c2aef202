import { defineConfig } from 'tsdown';

/** The built package: the command, its threads, and the two fonts. */
export default defineConfig({
  entry: {
    main: 'src/cli/main.ts',
    'report-worker': 'src/report/worker.ts',
    'line-sink-worker': 'src/engine/compile/line-sink-worker.ts',
  },
  outDir: 'dist',
  format: 'esm',
  fixedExtension: false,
  platform: 'node',
  target: 'node20',
  // The dashboard in dist/web is built by Vite.
  clean: ['dist/*', '!dist/web'],
  dts: false,
  sourcemap: false,
  // What a cold start loads is bundled; a bundle loads several times as fast as a tree of small files.
  deps: {
    alwaysBundle: ['@duckdb/node-api', 'kysely', 'pdfkit', 'vega', 'vega-lite'],
    neverBundle: ['@duckdb/node-bindings', 'canvas'],
  },
  copy: [
    { from: 'node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf', to: 'dist/fonts' },
    { from: 'node_modules/dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf', to: 'dist/fonts' },
    { from: 'node_modules/dejavu-fonts-ttf/LICENSE', to: 'dist/licenses', rename: 'dejavu-fonts' },
    { from: 'node_modules/@duckdb/node-api/LICENSE', to: 'dist/licenses', rename: 'duckdb-node-api' },
    { from: 'node_modules/kysely/LICENSE', to: 'dist/licenses', rename: 'kysely' },
    { from: 'node_modules/linebreak/LICENSE', to: 'dist/licenses', rename: 'linebreak' },
    { from: 'node_modules/pdfkit/LICENSE', to: 'dist/licenses', rename: 'pdfkit' },
    { from: 'node_modules/vega/LICENSE', to: 'dist/licenses', rename: 'vega' },
    { from: 'node_modules/vega-lite/LICENSE', to: 'dist/licenses', rename: 'vega-lite' },
  ],
});
