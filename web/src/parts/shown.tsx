/** What stands for an answer that is not here yet, did not come, or is empty; else the answer itself. */
import type { ComponentChildren } from 'preact';
import { isNothingYet } from '../api/call.ts';
import type { Answer } from '../api/use-answer.ts';
import { formatClock } from '../format/times.ts';

interface Props<T> {
  readonly answer: Answer<T>;
  /** What to say instead of the children; null: there is something to show. */
  readonly empty?: (data: T) => string | null;
  readonly children: (data: T) => ComponentChildren;
}

/** While a newer answer is on its way, the one before stays; after a problem it stays with its time. */
export function Shown<T>({ answer, empty, children }: Props<T>) {
  const { data, problem, loading, at } = answer;
  if (data === null) {
    if (problem !== null) return <Problem message={problem.message} expected={isNothingYet(problem)} />;
    return loading ? (
      <p class="state pulse" role="status">
        Loading …
      </p>
    ) : null;
  }
  const nothing = empty?.(data) ?? null;
  return (
    <>
      {problem !== null && at !== null && (
        <Problem message={`${problem.message} What you see is from ${formatClock(at)}.`} expected={false} />
      )}
      {nothing === null ? children(data) : <p class="state">{nothing}</p>}
    </>
  );
}

/** expected: nothing is broken, there is only nothing yet. */
export function Problem({ message, expected }: { readonly message: string; readonly expected: boolean }) {
  return expected ? (
    <p class="state">{message}</p>
  ) : (
    <p class="state act" role="alert">
      {message}
    </p>
  );
}
