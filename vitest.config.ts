import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 180_000,
    hookTimeout: 240_000,
    pool: 'forks',
    setupFiles: ['test/seed.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['src/**/*.test.ts', 'test/{contracts,golden}/**/*.test.ts', 'scripts/**/*.test.ts'],
          globalSetup: 'test/databases.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'command',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/databases.ts', 'test/e2e/build.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'web',
          include: ['web/src/**/*.test.ts', 'test/web/**/*.test.ts'],
          globalSetup: 'test/web/build.ts',
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.test.ts', 'src/**/*.generated.ts'],
    },
  },
});
