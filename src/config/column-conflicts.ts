/** Which columns of the configuration cannot be what it says they are: two uses of one column that contradict each other. */

type OneColumn = 'id' | 'target' | 'value' | 'segment' | 'owner' | 'time';
type ManyColumns = 'numeric' | 'categorical';
type Use = OneColumn | ManyColumns;

/** Which column is what. */
export type ColumnUses = Readonly<Record<OneColumn, string | null> & Record<ManyColumns, readonly string[]>>;

export interface ColumnConflict {
  /** Keys below `columns`, the later one as the configuration lists them. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

interface Named {
  readonly use: Use;
  readonly path: readonly (string | number)[];
  readonly name: string;
}

const TARGET = 'the target is what is predicted, and cannot be known beforehand';
const ID = 'the name of a client tells nothing that holds for others, and is read as text';
const TEXT = 'a column that is read as text is no number and no time';
const TIME = 'a column that is read as a number is no time';

/** Of two uses of one column, in the order of `usesOf`, why they cannot both be. Any pair that is not here can. */
const CONFLICTS: Readonly<Partial<Record<Use, Partial<Record<Use, string>>>>> = {
  target: {
    id: TARGET,
    numeric: TARGET,
    categorical: TARGET,
    value: TARGET,
    segment: TARGET,
    owner: TARGET,
    time: TARGET,
  },
  id: { numeric: ID, categorical: ID, value: TEXT, time: TEXT },
  numeric: { numeric: 'it is listed twice', categorical: 'a feature is a number or a text' },
  categorical: { categorical: 'it is listed twice', value: TEXT, time: TEXT },
  value: { time: TIME },
  segment: { time: TEXT },
  owner: { time: TEXT },
};

/** Every pair of uses that contradict each other. A feature may also be the value, the segment or the owner. */
export function columnConflicts(columns: ColumnUses): ColumnConflict[] {
  const uses = usesOf(columns);
  return uses.flatMap((second, at) =>
    uses.slice(0, at).flatMap((first) => {
      const why = first.name === second.name ? CONFLICTS[first.use]?.[second.use] : undefined;
      if (why === undefined) return [];
      const message = `names "${second.name}", as "${keyOf(first)}" does, but ${why}: name it in one of them`;
      return [{ path: second.path, message }];
    }),
  );
}

function usesOf(columns: ColumnUses): Named[] {
  const one = (use: OneColumn): Named[] => {
    const name = columns[use];
    return name === null ? [] : [{ use, path: [use], name }];
  };
  const many = (use: ManyColumns): Named[] =>
    columns[use].map((name, index) => ({ use, path: [use, index], name }));
  return [
    ...one('target'),
    ...one('id'),
    ...many('numeric'),
    ...many('categorical'),
    ...one('value'),
    ...one('segment'),
    ...one('owner'),
    ...one('time'),
  ];
}

function keyOf({ path }: Named): string {
  return ['columns', ...path].join('.');
}
