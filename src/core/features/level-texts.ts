/** Which texts mean the levels of a model. */

import { canonicalText } from '../columns/canonical-text.ts';
import type { Feature } from '../document/document.ts';

/** The levels that features of a source column know, each once. */
export function knownLevels(features: readonly Feature[], source: string): string[] {
  const levels = features.flatMap((feature) => {
    if (feature.source !== source) return [];
    if (feature.kind === 'level') return [feature.level];
    return feature.kind === 'category' || feature.kind === 'target-rate' ? feature.levels : [];
  });
  return [...new Set(levels)];
}

/**
 * The level that each text means. A level means itself; one that is not in canonical form, as models of earlier
 * versions have them ("True", "Monthly "), is meant by its canonical form too, unless that is a level or means an
 * earlier one.
 */
export function levelTexts(levels: readonly string[]): Map<string, string> {
  const meant = new Map(levels.map((level) => [level, level]));
  for (const level of levels) {
    const canonical = canonicalText(level);
    if (canonical !== '' && !meant.has(canonical)) meant.set(canonical, level);
  }
  return meant;
}
