/** Times as people read them, in the time zone of the browser. */
const moment = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const shortDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function formatTime(iso: string): string {
  return moment.format(new Date(iso));
}

export function formatDay(iso: string): string {
  return day.format(new Date(iso));
}

/** For the head of a narrow column: "24 Nov, 19:15". */
export function formatShortTime(iso: string): string {
  return `${shortDay.format(new Date(iso))}, ${minute.format(new Date(iso))}`;
}

/** Both ends of a span: by the day, and with the hour where it is short. */
export function formatSpan(from: number, to: number): readonly [string, string] {
  const text = (time: number): string => {
    const iso = new Date(time).toISOString();
    return to - from < 3 * DAY * 1000 ? formatShortTime(iso) : formatDay(iso);
  };
  return [text(from), text(to)];
}

export function formatClock(time: Date): string {
  return clock.format(time);
}

/** How long ago or until then, such as "3 minutes ago" or "in 2 hours". */
export function formatAgo(iso: string, now: number = Date.now()): string {
  const seconds = Math.round((new Date(iso).getTime() - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 45) return seconds > 0 ? 'in a moment' : 'just now';
  const [count, unit] =
    size < 1.5 * HOUR
      ? [size / MINUTE, 'minute']
      : size < 1.5 * DAY
        ? [size / HOUR, 'hour']
        : [size / DAY, 'day'];
  const whole = Math.max(1, Math.round(count as number));
  const text = `${whole} ${unit}${whole === 1 ? '' : 's'}`;
  return seconds > 0 ? `in ${text}` : `${text} ago`;
}

const line = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
});

/** The time of a line of a log, to the millisecond, such as "08:00:01.250". */
export function formatLineTime(iso: string): string {
  return line.format(new Date(iso));
}
