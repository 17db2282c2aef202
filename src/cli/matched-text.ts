/** Says which columns of a file were read under another name. */
import { quoted } from '../base/shorten.ts';
import type { MatchedColumn } from '../formats/contract/table-contract.ts';

const SHOWN = 5;

/** `read "Support Calls" as support_calls`; of more than five columns the rest is counted. */
export function renderMatched(matched: readonly MatchedColumn[]): string {
  const shown = matched.slice(0, SHOWN).map(({ column, as }) => `${quoted(column)} as ${as}`);
  const rest = matched.length - shown.length;
  return `read ${shown.join(', ')}${rest > 0 ? ` and ${rest} more columns under other names` : ''}`;
}
