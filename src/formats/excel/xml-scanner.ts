/** Finds tags and texts in XML that comes in pieces, as far as the parts of a workbook need it. */
import { damaged } from './zip-file.ts';

/** Longest tag, or text between two tags, in characters. */
const MAX_TOKEN = 1 << 22;

export interface XmlEvents {
  /** `name` without its prefix; `attributes`: what stands behind it in the tag. */
  open(name: string, attributes: string): void;
  /** Text with its entities undone; may come in several pieces. */
  text(text: string): void;
  close(name: string): void;
}

/**
 * Tags in the order that they stand in; it is not proved that they are nested well. Comments and instructions are passed
 * over. A document type is refused, since its entities could unfold to anything.
 */
export class XmlScanner {
  private readonly events: XmlEvents;
  private held = '';

  constructor(events: XmlEvents) {
    this.events = events;
  }

  /** @throws FileRefused for what is not XML as workbooks have it. */
  write(piece: string): void {
    const all = this.held === '' ? piece : this.held + piece;
    let at = 0;
    for (;;) {
      const open = all.indexOf('<', at);
      // A text that goes on in the next piece waits, so that no entity is cut in two.
      if (open < 0) break;
      if (open > at) this.events.text(decodeText(all.slice(at, open)));
      at = open;
      const end = this.readTag(all, open);
      if (end < 0) break;
      at = end;
    }
    this.held = all.slice(at);
    if (this.held.length > MAX_TOKEN) throw damaged('it has a tag or a text without an end');
  }

  /** Call at the end. FileRefused where a tag is not whole. */
  end(): void {
    if (this.held.trim() !== '') throw damaged('its XML is cut off');
  }

  /** Reads the tag at `at`; returns the place behind it, or -1 where it goes on in the next piece. */
  private readTag(all: string, at: number): number {
    const second = all.charCodeAt(at + 1);
    if (second === SLASH) {
      const end = all.indexOf('>', at + 2);
      if (end < 0) return -1;
      this.events.close(localName(all.slice(at + 2, end).trimEnd()));
      return end + 1;
    }
    if (second === QUESTION) return endOf(all, '?>', at + 2);
    if (second === EXCLAMATION) return this.readMarkup(all, at);
    if (Number.isNaN(second)) return -1;
    const end = tagEnd(all, at + 1);
    if (end < 0) return -1;
    const isEmpty = all.charCodeAt(end - 1) === SLASH;
    const inside = all.slice(at + 1, isEmpty ? end - 1 : end);
    const blank = inside.search(/\s/);
    const name = localName(blank < 0 ? inside : inside.slice(0, blank));
    this.events.open(name, blank < 0 ? '' : inside.slice(blank + 1));
    if (isEmpty) this.events.close(name);
    return end + 1;
  }

  private readMarkup(all: string, at: number): number {
    if (all.startsWith('<!--', at)) return endOf(all, '-->', at + 4);
    if (all.startsWith('<![CDATA[', at)) {
      const end = all.indexOf(']]>', at);
      if (end < 0) return -1;
      this.events.text(all.slice(at + 9, end));
      return end + 3;
    }
    if (all.length - at < 9) return -1;
    throw damaged('its XML has a document type');
  }
}

/** Feeds a stream of UTF-8 to the events. */
export async function scanXml(bytes: AsyncIterable<Uint8Array>, events: XmlEvents): Promise<void> {
  const scanner = new XmlScanner(events);
  const decoder = createDecoder();
  for await (const chunk of bytes) scanner.write(decoder.write(chunk));
  scanner.write(decoder.end());
  scanner.end();
}

/** Decodes UTF-8 that comes in pieces; a byte order mark is taken off. FileRefused for other bytes, and for NUL. */
export function createDecoder(): { write(chunk: Uint8Array): string; end(): string } {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk?: Uint8Array): string => {
    let text: string;
    try {
      text = chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (error) {
      throw damaged('its XML is not UTF-8', error);
    }
    if (text.includes('\0')) throw damaged('its XML has a NUL byte');
    return text;
  };
  return { write: decode, end: () => decode() };
}

/** The value of an attribute, its entities undone; undefined where it is not there. A prefix counts (`r:id`). */
export function attribute(attributes: string, name: string): string | undefined {
  for (let at = 0; ; ) {
    const equals = attributes.indexOf('=', at);
    if (equals < 0) return undefined;
    let quote = equals + 1;
    while (/\s/.test(attributes[quote] ?? '')) quote++;
    const mark = attributes[quote];
    const end = mark === '"' || mark === "'" ? attributes.indexOf(mark, quote + 1) : -1;
    if (end < 0) throw damaged('an attribute of its XML has no quotes');
    if (attributes.slice(at, equals).trim() === name) return decodeText(attributes.slice(quote + 1, end));
    at = end + 1;
  }
}

const SLASH = 47;
const QUESTION = 63;
const EXCLAMATION = 33;

/** Place of the `>` that ends the tag: one in a quoted value does not. -1: it is not there yet. */
function tagEnd(all: string, from: number): number {
  let at = from;
  for (;;) {
    const end = all.indexOf('>', at);
    if (end < 0) return -1;
    const open = openQuote(all, at, end);
    if (open < 0) return end;
    const close = all.indexOf(all.charAt(open), open + 1);
    if (close < 0) return -1;
    at = close + 1;
  }
}

/** Place of a quote in `all[from..to)` whose partner is not in there; -1: none. */
function openQuote(all: string, from: number, to: number): number {
  let open = -1;
  for (let i = from; i < to; i++) {
    const c = all.charCodeAt(i);
    if (c !== 34 && c !== 39) continue;
    if (open < 0) open = i;
    else if (all.charCodeAt(open) === c) open = -1;
  }
  return open;
}

function endOf(all: string, mark: string, from: number): number {
  const at = all.indexOf(mark, from);
  return at < 0 ? -1 : at + mark.length;
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** A text with its entities undone; one that nothing is known of stays as it is. */
export function decodeText(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g, (whole, decimal, hex, named) => {
    if (named !== undefined) return NAMED[named as string] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
      ? String.fromCodePoint(code)
      : whole;
  });
}
