/** What answers a call, typed by its entry in the contract: the parts that it takes in, its answer out. */
import type { z } from 'zod';
import type { Immutable } from './contract/immutable.ts';
import type { AnswerOf, InputOf, RouteGiven } from './contract/route.ts';

/** Rejects with a TidewatchError where it cannot answer. */
export type Handler<R extends RouteGiven> = (input: InputOf<R>) => ReplyOf<R>;

export type Handlers<R> = {
  readonly [Name in keyof R]: R[Name] extends RouteGiven ? Handler<R[Name]> : never;
};

type ReplyOf<R extends RouteGiven> = R extends { readonly events: z.ZodType }
  ? EventFeed<Immutable<z.output<R['events']>>>
  : R extends { readonly picture: z.ZodType }
    ? Promise<Picture>
    : R extends { readonly csv: z.ZodType }
      ? Promise<AnswerOf<R> | CsvFile>
      : Promise<AnswerOf<R>>;

/** An answer as a CSV file: its whole text, or its text in chunks. */
export class CsvFile {
  /** What it is saved as. */
  readonly name: string;
  readonly text: string | AsyncIterable<string>;

  constructor(name: string, text: string | AsyncIterable<string>) {
    this.name = name;
    this.text = text;
  }
}

/** A picture and what it is known by; it is drawn when asked for. */
export interface Picture {
  readonly etag: string;
  /** As SVG. */
  draw(): Promise<string>;
}

/** Events for those who listen. */
export interface EventFeed<Event> {
  /** What every listener is sent first. */
  hello(): Promise<Event>;
  /** Events after the one of that id, as far as they are remembered. */
  since(id: string): readonly NumberedEvent<Event>[];
  /** Calls `listener` at every event until the function that it returns is called. */
  listen(listener: (event: NumberedEvent<Event>) => void): () => void;
}

/** An event with its place, for those who come back. */
export interface NumberedEvent<Event> {
  readonly id: string;
  readonly event: Event;
}
