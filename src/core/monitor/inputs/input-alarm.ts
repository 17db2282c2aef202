/** An alarm of one input column: what is wrong with it, in which rows, and in what order alarms are told. */

/** `broken`: no change of the clients explains it, the feed is at fault. `moved`: other clients, or another time. */
export const ALARM_SEVERITIES = ['broken', 'moved'] as const;
export const ALARM_KINDS = ['missing', 'constant', 'unit', 'unseen', 'outside', 'shifted'] as const;
/** Rows that are judged: those of the newest delivery, of the latest deliveries, all since the training. */
export const INPUT_WINDOWS = ['newest', 'fresh', 'all'] as const;

export type InputWindow = (typeof INPUT_WINDOWS)[number];

export interface InputAlarm {
  readonly severity: (typeof ALARM_SEVERITIES)[number];
  readonly kind: (typeof ALARM_KINDS)[number];
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

/**
 * The alarms of all windows, worst first. Each fault of a column is told once, of the narrowest window that shows it,
 * and a broken column is not also called moved.
 */
export function worstAlarms(alarms: readonly InputAlarm[]): readonly InputAlarm[] {
  const ordered = [...alarms].sort(
    (a, b) =>
      ALARM_SEVERITIES.indexOf(a.severity) - ALARM_SEVERITIES.indexOf(b.severity) ||
      INPUT_WINDOWS.indexOf(a.window) - INPUT_WINDOWS.indexOf(b.window) ||
      ALARM_KINDS.indexOf(a.kind) - ALARM_KINDS.indexOf(b.kind) ||
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
