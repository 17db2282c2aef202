/** Reads a JSON body in pieces, with other requests between them, so that a large one does not hold them up. */
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TidewatchError } from '../base/errors.ts';
import type { ListPlace } from './json-scan.ts';

/** Some tenths of a second at worst. */
const MAX_PIECE_BYTES = 1 << 20;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The value of a body, as `JSON.parse` reads it. `list` is cut where the scan of the same bytes says. A key named
 * "__proto__" is a key like any other. Errors: `request-invalid`.
 */
export async function readJson(body: Buffer, list: ListPlace | null): Promise<unknown> {
  if (list === null || list.end === -1 || list.cuts.length === 0) return parse(piece(body, 0, body.length));
  const mark = randomUUID();
  const frame = parse(`${piece(body, 0, list.start)}"${mark}"${piece(body, list.end + 1, body.length)}`);
  const items = await readItems(body, list);
  if (frame === mark) return items;
  const members = frame as Record<string, unknown>;
  // Not there where a later key of the same name took its place.
  const key = Object.keys(members).find((each) => members[each] === mark);
  if (key !== undefined) members[key] = items;
  return frame;
}

async function readItems(body: Buffer, { start, end, cuts }: ListPlace): Promise<unknown[]> {
  const items: unknown[] = [];
  let from = start + 1;
  for (const to of [...cuts, end]) {
    const some = parse(`[${piece(body, from, to)}]`) as unknown[];
    // A comma without an item before or after it.
    if (some.length === 0) throw notJson();
    for (const item of some) items.push(item);
    from = to + 1;
    await nextTurn();
  }
  return items;
}

/** The text from a place to another, which is read in one go. */
function piece(body: Buffer, from: number, to: number): string {
  if (to - from > MAX_PIECE_BYTES) {
    throw new TidewatchError(
      'request-too-large',
      `One row of the body, or what is around the rows, is larger than ${MAX_PIECE_BYTES} bytes. Send each client as ` +
        'one object in a single list.',
      { details: { bytes: MAX_PIECE_BYTES } },
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body.subarray(from, to));
  } catch (error) {
    throw new TidewatchError('request-invalid', 'The body is not valid UTF-8. Send it as UTF-8.', {
      cause: error,
    });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  } catch (error) {
    throw notJson(error);
  }
}

function notJson(cause?: unknown): TidewatchError {
  return new TidewatchError('request-invalid', 'The body is not valid JSON.', { cause });
}
