/** Addresses of the API, by its contract: a path or a part that no route has does not compile. */
import type { AnswerOf, GivenOf, PathOf, RouteAt } from '../../../src/server/contract.ts';
import { type Query, searchOf } from '../routing/query.ts';

export type GetPath = PathOf<'GET'>;
export type PostPath = PathOf<'POST'>;
export type GetAnswer<Path extends GetPath> = AnswerOf<RouteAt<'GET', Path>>;
export type PostAnswer<Path extends PostPath> = AnswerOf<RouteAt<'POST', Path>>;
/** Parameters and query of a call; asked for exactly where the route has parameters. */
export type GetRest<Path extends GetPath> = Rest<GivenOf<RouteAt<'GET', Path>>>;
/** The same with the body. */
export type PostRest<Path extends PostPath> = Rest<GivenOf<RouteAt<'POST', Path>>>;

type Rest<Given> = unknown extends Given
  ? readonly []
  : Record<never, never> extends Given
    ? readonly [given?: Given]
    : readonly [given: Given];

export interface Parts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Query;
}

/** The address of a call that reads. */
export function addressOf<Path extends GetPath>(path: Path, ...[given]: GetRest<Path>): string {
  // Of any path the compiler does not see what every route's parts are.
  return fill(path, given as Parts | undefined);
}

/** A path with its parameters, encoded, and its query. */
export function fill(path: string, given: Parts | undefined): string {
  const filled = path.replace(/:([A-Za-z]+)/g, (_, name: string) =>
    encodeURIComponent(given?.params?.[name] ?? ''),
  );
  return filled + searchOf(given?.query ?? {});
}
