/** How the times of one column are read, and what those of the file at hand say of the order of day and month. */
import { compileDateFormat, type DateFormat, swappedFormat } from '../../core/values/date-format.ts';
import { isoTimeOf } from './time-text.ts';

export class TimeColumn {
  /** null: ISO 8601. */
  readonly format: string | null;
  /** Times of the file that fit the format alone, and those that are another one with day and month in each other's place. */
  own = 0;
  both = 0;
  /** Those that fit with day and month in each other's place alone, and the first of them. */
  others = 0;
  firstOther = '';
  private readonly dates: DateFormat | null;
  private readonly swapped: DateFormat | null;
  /** Whether a date of ISO 8601 cannot be meant as another one. */
  private readonly mayBeIso: boolean;

  /** @throws RangeError where the format is none. */
  constructor(format: string | null) {
    this.format = format;
    this.dates = format === null ? null : compileDateFormat(format);
    const swapped = format === null ? null : swappedFormat(format);
    this.swapped = swapped === null ? null : compileDateFormat(swapped);
    this.mayBeIso = format === null || !/^YYYY-D/.test(format);
  }

  /** Forgets the file before. */
  begin(): void {
    this.own = 0;
    this.both = 0;
    this.others = 0;
    this.firstOther = '';
  }

  /** The time in ISO 8601, or null where a trimmed text is none. */
  read(text: string): string | null {
    const time = this.dates?.read(text) ?? null;
    if (this.swapped !== null) this.note(text, time, this.swapped.read(text));
    return time ?? (this.mayBeIso ? isoTimeOf(text) : null);
  }

  private note(text: string, time: string | null, other: string | null): void {
    if (time !== null && other === null) this.own++;
    else if (time !== null && other !== time) this.both++;
    else if (time === null && other !== null) {
      if (this.others === 0) this.firstOther = text;
      this.others++;
    }
  }

  /** What is expected of a text. */
  get expectation(): string {
    return this.format === null
      ? 'expected a time such as "2024-01-31" or "2024-01-31T09:30:00Z"; another format is named in `input.dates` of config.json'
      : `expected a date written as ${this.format} (\`input.dates\` in config.json)`;
  }
}
