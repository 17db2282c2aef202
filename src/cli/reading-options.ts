/** What --decimal and --dates say of how the values of files are written. */
import { TidewatchError } from '../base/errors.ts';
import { compileDateFormat } from '../core/values/date-format.ts';
import type { ReadingOptions } from '../engine/found-reading.ts';

/** @throws TidewatchError usage. */
export function readingOptions(decimal: string | undefined, dates: readonly string[] = []): ReadingOptions {
  if (decimal !== undefined && decimal !== '.' && decimal !== ',') {
    throw new TidewatchError('usage', `--decimal is "${decimal}"; expected . or ,`);
  }
  const formats: Record<string, string> = {};
  let order: ReadingOptions['dates'] = null;
  for (const text of dates) {
    const at = text.indexOf('=');
    if (at > 0) formats[text.slice(0, at)] = checkedFormat(text.slice(at + 1));
    else if (text === 'dmy' || text === 'mdy' || text === 'ymd') order = text;
    else {
      throw new TidewatchError(
        'usage',
        `--dates is "${text}"; expected dmy, mdy or ymd, or COLUMN=FORMAT such as joined=DD.MM.YYYY.`,
      );
    }
  }
  return { decimal: decimal ?? null, dates: order, formats };
}

function checkedFormat(format: string): string {
  try {
    return compileDateFormat(format).format;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new TidewatchError('usage', `--dates: ${cause.message}.`, { cause });
  }
}
