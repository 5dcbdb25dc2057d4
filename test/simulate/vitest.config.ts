// The simulator as a program: `npm run simulate -- --seed S --rounds N`, through test/simulate/simulate.mjs.
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads it from there
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: ['test/simulate/simulate.run.ts'],
    globalSetup: ['test/support/setup.ts'],
    pool: 'forks',
    testTimeout: 0,
    hookTimeout: 120_000,
    disableConsoleIntercept: true,
    reporters: ['dot'],
  },
});
