/** A question before something is changed that others will notice; it asks for the reason. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiProblem } from '../api/call.ts';
import { Problem } from './shown.tsx';

interface Props {
  readonly title: string;
  readonly text: string;
  /** What the button says that does it. */
  readonly verb: string;
  readonly onDo: (reason: string) => Promise<void>;
  readonly onClose: () => void;
}

export function Confirm({ title, text, verb, onDo, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const act = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await onDo(reason.trim());
      onClose();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error.message);
      setBusy(false);
    }
  };
  return (
    <dialog ref={dialog} aria-labelledby="confirm-title" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void act();
        }}
      >
        <h2 id="confirm-title">{title}</h2>
        <p>{text}</p>
        <div class="field">
          <label for="confirm-reason">Why (others read it in the history)</label>
          <textarea
            id="confirm-reason"
            required
            maxLength={2000}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </div>
        {problem !== null && <Problem message={problem} expected={false} />}
        <div class="row">
          <button type="submit" class="main" disabled={busy || reason.trim() === ''}>
            {busy ? 'Working …' : verb}
          </button>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  );
}
