/** The steps of a run with their durations as bars, and what each did. */
import type { Step } from '../../../src/server/contract.ts';
import { formatSeconds } from '../format/numbers.ts';
import { shortenNumbers } from '../format/words.ts';
import { Badge, Meter } from './marks.tsx';

export function StepList({ steps }: { readonly steps: readonly Step[] }) {
  const longest = Math.max(...steps.map(({ seconds }) => seconds ?? 0), 1e-9);
  return (
    <ol class="steps">
      {steps.map(({ name, seconds, status, note, startedAt }) => (
        <li key={`${startedAt}/${name}`}>
          <strong>{name}</strong>
          <Meter share={(seconds ?? 0) / longest} />
          <span class="number">
            {status === 'running' ? <span class="pulse">running</span> : formatSeconds(seconds)}
          </span>
          {(note !== '' || status === 'failed' || status === 'skipped') && (
            <span class="told small quiet">
              {status === 'failed' && <Badge kind="act">failed</Badge>}
              {status === 'skipped' && <Badge>skipped</Badge>} {shortenNumbers(note)}
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
