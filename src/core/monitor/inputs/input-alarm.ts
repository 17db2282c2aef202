/** An alarm of one input column: what is wrong with it, in which rows, and in what order alarms are told. */

/** Rows that are judged: those of the newest delivery, of the latest deliveries, all since the training. */
export type InputWindow = 'newest' | 'fresh' | 'all';

export interface InputAlarm {
  /** `broken`: no change of the clients explains it, the feed is at fault. `moved`: other clients, or another time. */
  readonly severity: 'broken' | 'moved';
  readonly kind: 'missing' | 'constant' | 'unit' | 'outside' | 'unseen' | 'shifted';
  readonly column: string;
  readonly window: InputWindow;
  /** The file that the rows came in, where it is one and known. */
  readonly file: string | null;
  /** Rows of the window. */
  readonly rows: number;
  /** Adjusted for all tests of the look. */
  readonly p: number;
  /** One sentence. */
  readonly sentence: string;
}

const SEVERITIES = ['broken', 'moved'] as const;
const KINDS = ['missing', 'constant', 'unit', 'unseen', 'outside', 'shifted'] as const;
const WINDOWS = ['newest', 'fresh', 'all'] as const;

/**
 * The alarms of all windows, worst first. Each fault of a column is told once, of the narrowest window that shows it,
 * and a broken column is not also called moved.
 */
export function worstAlarms(alarms: readonly InputAlarm[]): readonly InputAlarm[] {
  const ordered = [...alarms].sort(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      WINDOWS.indexOf(a.window) - WINDOWS.indexOf(b.window) ||
      KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
      a.p - b.p,
  );
  const broken = new Set(ordered.flatMap(({ severity, column }) => (severity === 'broken' ? column : [])));
  const told = new Set<string>();
  return ordered.filter(({ severity, kind, column }) => {
    const fault = severity === 'broken' ? `${kind} ${column}` : `moved ${column}`;
    if (told.has(fault) || (severity === 'moved' && broken.has(column))) return false;
    told.add(fault);
    return true;
  });
}
