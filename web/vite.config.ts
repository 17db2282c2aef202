/** Builds the dashboard into dist/web, whence `tidewatch serve` reads it; `npx vite web` serves it beside a running server. */
import { defineConfig } from 'vite';
import { licensesOf } from '../scripts/licenses.ts';

const SERVER = 'http://127.0.0.1:8000';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [licensesOf('dashboard')],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // The content security policy allows no inline code and no data but pictures.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/prediction', '/scoring', '/summarystats', '/diagnostics', '/docs'].map((path) => [
        path,
        SERVER,
      ]),
    ),
  },
});
