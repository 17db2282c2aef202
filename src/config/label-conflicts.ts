/** Which values of the target the configuration reads in two ways. */

/** What the values of the target mean: one value, or a list of them. */
export interface LabelUses {
  readonly positive: string | readonly string[];
  /** null: "0" where positive is "1", else the one other value. */
  readonly negative: string | readonly string[] | null;
  readonly drop: readonly string[];
}

export interface LabelConflict {
  /** Keys below `columns`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

interface Named {
  readonly key: 'positive' | 'negative' | 'drop';
  readonly path: readonly (string | number)[];
  readonly label: string;
}

const WHY: Readonly<Record<Named['key'], string>> = {
  positive: 'once is enough',
  negative: 'so nobody could be told to have stayed',
  drop: 'so nobody could tell whether it is an outcome',
};

/** Every value that is named twice, the later name of the two. */
export function labelConflicts({ positive, negative, drop }: LabelUses): LabelConflict[] {
  const isOpen = negative === null && labelsOf(positive)[0] === '1';
  const uses: Named[] = [
    ...named('positive', positive),
    ...(isOpen
      ? [{ key: 'negative', path: ['negative'], label: '0' } as const]
      : named('negative', negative ?? [])),
    ...named('drop', drop),
  ];
  return uses.flatMap((later, at) => {
    const earlier = uses.slice(0, at).find(({ label }) => isOneLabel(label, later.label));
    if (earlier === undefined) return [];
    const message = `is "${later.label}", as "columns.${earlier.key}" is, ${
      earlier.key === later.key ? WHY.positive : WHY[later.key]
    }`;
    return [{ path: later.path, message }];
  });
}

/** The labels of a key that may hold one or a list. */
export function labelsOf(labels: string | readonly string[]): readonly string[] {
  return typeof labels === 'string' ? [labels] : labels;
}

function named(key: Named['key'], labels: string | readonly string[]): Named[] {
  if (typeof labels === 'string') return [{ key, path: [key], label: labels }];
  return labels.map((label, index) => ({ key, path: [key, index], label }));
}

/** Whether two labels are told apart by nothing: blanks around them, or how a number is written. */
function isOneLabel(a: string, b: string): boolean {
  const isNumber = a.trim() !== '' && b.trim() !== '' && Number(a) === Number(b);
  return a.trim() === b.trim() || isNumber;
}
