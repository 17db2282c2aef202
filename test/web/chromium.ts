/** Where a Chromium is that the tests of the dashboard can drive; none is ever downloaded. */
import { existsSync } from 'node:fs';

const PLACES = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Absolute path, or null: the tests of the dashboard are left out. */
export const CHROMIUM: string | null =
  PLACES.find((place) => place !== undefined && place !== '' && existsSync(place)) ?? null;
