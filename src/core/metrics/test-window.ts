/** Which test rows a score is of, and how that is said. */

export interface TestWindow {
  /**
   * files: those of test_data_path. all: every row of held-out clients. recent: those of them that have come since
   * the live model was trained, where they are enough. changed: those that have come since the world changed;
   * cross-fitted: where these are too few, the rows of all clients since then, each scored by a model that has not
   * seen its client.
   */
  readonly kind: 'files' | 'all' | 'recent' | 'changed' | 'cross-fitted';
  /** Clients that the rows are of; null without ids. */
  readonly clients: number | null;
  /** The live model that the rows are later than; null but for `recent`. */
  readonly since: string | null;
  /** When the first rows after the change came in, ISO 8601; only for `changed` and `cross-fitted`. */
  readonly at?: string;
  /** Test clients that the model has learned from; null where clients are held out as they were then, or nobody knows. */
  readonly trained: number | null;
}

/** Such as "147 rows of 49 held-out clients"; without a window, as scores of older versions have none, "147 test rows". */
export function describeTestRows(rows: number, window: TestWindow | undefined): string {
  const count = (value: number, one: string, many: string) =>
    `${value.toLocaleString('en-US')} ${value === 1 ? one : many}`;
  if (window === undefined || window.kind === 'files') return count(rows, 'test row', 'test rows');
  const since = window.at === undefined ? '' : `, since ${window.at.slice(0, 10)}`;
  if (window.kind === 'cross-fitted') {
    return `${count(rows, 'row', 'rows')} of all clients${since}, each scored by a model that has not seen its client`;
  }
  const of =
    window.clients === null
      ? `${count(rows, 'held-out row', 'held-out rows')}`
      : `${count(rows, 'row', 'rows')} of ${count(window.clients, 'held-out client', 'held-out clients')}`;
  if (window.kind === 'changed') return `${of}${since}`;
  return window.kind === 'recent' ? `${of}, new since model ${window.since} was trained` : of;
}

/** A sentence where the model has learned from test clients, which flatters it; null where from none, or nobody knows. */
export function describeOverlap(window: TestWindow | undefined): string | null {
  const { trained = null, clients = null } = window ?? {};
  if (trained === null || clients === null || trained === 0) return null;
  const who =
    trained === clients
      ? `All ${clients.toLocaleString('en-US')} test clients`
      : `${trained.toLocaleString('en-US')} of the ${clients.toLocaleString('en-US')} test clients`;
  if (window?.kind !== 'files') {
    return `${who} were trained on before they were held out, so this score may flatter the model. The next one that is trained learns nothing of them.`;
  }
  return `${who} also have rows in the training data, so this score may flatter the model. "holdout" in config.json keeps clients apart.`;
}
