/** Makes labels of what people said of clients: their newest rows with that label, as a new input file. */

import { normalizeId } from '../../core/clients/client-id.ts';
import { tellsTimes } from '../../engine/rows/read-clients.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import { findLastRecords, type LastRecords } from '../../formats/last-records.ts';
import { writeOutcomes } from '../../formats/outcome-file.ts';
import type { OutcomeRecord } from '../../store/port/client-records.ts';
import type { Current } from '../current.ts';
import type { Resources, WithStore } from '../resources.ts';
import type { Session } from '../run/session.ts';

type Waiting = OutcomeRecord & { readonly seq: number };

const MAX_OUTCOMES = 10_000;

/** Outcomes that are in a file of the input folder, and wait for a snapshot to have them. */
export interface MadeLabels {
  readonly file: string;
  readonly places: readonly number[];
}

/**
 * Writes the clients that stayed or left, as people said since the last time, into a file of the input folder, so
 * that everything after it is as with any other data. Of several outcomes of a client the last one counts, and it is
 * said of the newest row that is not of a later time. A client whose row bears that label already, or whose rows are
 * all of a later time, needs none; one that the data does not have waits. null, where nothing was to be written.
 */
export async function labelStep(
  resources: Pick<Resources, 'workspace' | 'contract' | 'clock' | 'store'>,
  session: Session,
  current: Pick<Current, 'snapshot'>,
): Promise<MadeLabels | null> {
  const store = await resources.store();
  // Those of an earlier version have the id as it was given.
  const waiting = (await store.waitingOutcomes(MAX_OUTCOMES)).map(
    (each): Waiting => ({ ...each, clientId: normalizeId(each.clientId) }),
  );
  const snapshot = waiting.length === 0 ? null : current.snapshot;
  const { contract } = resources;
  const idColumn = columnOf(contract, 'id');
  const targetColumn = columnOf(contract, 'target');
  if (snapshot === null || idColumn === null || targetColumn === null) return null;
  const { made } = await session.step(
    'label',
    async () => {
      const latest = new Map(waiting.map((each) => [each.clientId, each]));
      const clients = new Map([...latest].map(([id, { at }]) => [id, Date.parse(at)]));
      const timeColumn = tellsTimes(contract) ? columnOf(contract, 'time') : null;
      const found = await findLastRecords(snapshot.csvPath, { idColumn, targetColumn, timeColumn, clients });
      const labelled = labelledRows(found, [...latest.values()], targetColumn, resources);
      const inFile = new Set(labelled.clients);
      const known = waiting.filter(({ clientId }) => found.found.has(clientId));
      const isLast = (each: Waiting) => latest.get(each.clientId) === each;
      const placesOf = (some: readonly Waiting[]) => some.map(({ seq }) => seq);
      const made = known.filter((each) => isLast(each) && inFile.has(each.clientId));
      const needless = known.filter((each) => !isLast(each) || labelled.needless.has(each.clientId));
      const rows = { columns: found.columns, targetColumn, rows: labelled.rows };
      const day = resources.clock.now().toISOString().slice(0, 10);
      const file =
        rows.rows.length === 0 ? null : await writeOutcomes(resources.workspace.paths.input, day, rows);
      await store.settleOutcomes(placesOf(needless), null);
      return {
        made: file === null ? null : { file, places: placesOf(made) },
        waiting: waiting.length - made.length - needless.length,
      };
    },
    ({ made, waiting: left }) =>
      (made === null
        ? 'no label that the data does not have'
        : `${made.places.length} outcomes of clients put into ${made.file}`) +
      (left === 0 ? '' : `; ${left} wait for their client to be in the data`),
  );
  return made;
}

/** Says that a snapshot has the labels now. Until then the outcomes wait, and count at once all the same. */
export async function settleLabels(resources: WithStore, made: MadeLabels | null): Promise<void> {
  if (made !== null) await (await resources.store()).settleOutcomes(made.places, made.file);
}

interface LabelledRows {
  /** A text a column. */
  readonly rows: readonly (readonly string[])[];
  readonly clients: readonly string[];
  /** Clients whose row says so already, or of whom every row is of a later time. */
  readonly needless: ReadonlySet<string>;
}

function labelledRows(
  { columns, rows, found, labels }: LastRecords,
  outcomes: readonly Waiting[],
  targetColumn: string,
  { contract, workspace }: Pick<Resources, 'workspace' | 'contract'>,
): LabelledRows {
  const target = columns.indexOf(targetColumn);
  const { positive } = contract;
  // The label of those who stayed is the other one that the data has, where the configuration does not name it.
  const others = [...labels].filter(([label]) => label !== positive).sort((a, b) => b[1] - a[1]);
  const negative = contract.negative ?? others[0]?.[0] ?? null;
  const made: string[][] = [];
  const clients: string[] = [];
  const needless = new Set<string>();
  const time = statusTimeOf(workspace, contract, columns);
  for (const { clientId, outcome, at } of outcomes) {
    const row = rows.get(clientId);
    const label = outcome === 'left' ? positive : negative;
    if (label === null) continue;
    if (row === undefined) {
      if (found.has(clientId)) needless.add(clientId);
    } else if (row[target] === label) needless.add(clientId);
    else {
      made.push(
        row.map((text, column) => {
          if (column === target) return label;
          return column === time ? timeLike(text, at) : text;
        }),
      );
      clients.push(clientId);
    }
  }
  return { rows: made, clients, needless };
}

/**
 * The column that says when an outcome was seen, where the target is a status: the row that it is said of keeps its
 * own, and is an example of what came of it. -1 where the outcome is one of that row itself.
 */
function statusTimeOf(
  { config }: Resources['workspace'],
  contract: Resources['contract'],
  columns: readonly string[],
): number {
  const time = columnOf(contract, 'time');
  return config.labels.meaning === 'status' && time !== null ? columns.indexOf(time) : -1;
}

/** The time `at` (ISO 8601) written as `text` is: a day where that is one. */
function timeLike(text: string, at: string): string {
  return text.length <= DAY_LENGTH ? at.slice(0, DAY_LENGTH) : at;
}

const DAY_LENGTH = 'yyyy-mm-dd'.length;
