/** Makes labels of what people said of clients: their newest rows with that label, as a new input file. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { sha256 } from '../base/hash.ts';
import { normalizeId } from '../core/clients/client-id.ts';
import { columnOf } from '../engine/contract.ts';
import { renderRecord } from '../engine/csv/header.ts';
import { findLastRecords, type LastRecords } from '../engine/last-records.ts';
import { readSnapshotFile } from '../engine/snapshot-file.ts';
import type { OutcomeRecord } from '../store/port.ts';
import type { Resources } from './resources.ts';
import type { Session } from './session.ts';

type Waiting = OutcomeRecord & { readonly seq: number };

const MOST_OUTCOMES = 10_000;

/**
 * Writes the clients that stayed or left, as people said since the last time, into a file of the input folder, so
 * that everything after it is as with any other data. Of several outcomes of a client the last one counts. A client
 * whose newest row bears that label already needs none; one that the data does not have waits. Nothing happens where
 * nobody said anything.
 */
export async function labelStep(resources: Resources, session: Session): Promise<void> {
  const store = await resources.store();
  // Those of an earlier version have the id as it was given.
  const waiting = (await store.waitingOutcomes(MOST_OUTCOMES)).map(
    (each): Waiting => ({ ...each, clientId: normalizeId(each.clientId) }),
  );
  const snapshot = waiting.length === 0 ? null : readSnapshotFile(resources.workspace.paths.output);
  const idColumn = columnOf(resources.contract, 'id');
  const targetColumn = columnOf(resources.contract, 'target');
  if (snapshot === null || idColumn === null || targetColumn === null) return;
  await session.step(
    'label',
    async () => {
      const latest = new Map(waiting.map((each) => [each.clientId, each]));
      const wanted = { idColumn, targetColumn, ids: new Set(latest.keys()) };
      const found = await findLastRecords(snapshot.csvPath, wanted);
      const labelled = labelledRows(found, [...latest.values()], targetColumn, resources);
      const file = labelled.lines.length === 0 ? null : writeLabels(resources, found.columns, labelled.lines);
      const inFile = new Set(labelled.clients);
      const known = waiting.filter(({ clientId }) => found.rows.has(clientId));
      const isLast = (each: Waiting) => latest.get(each.clientId) === each;
      const placesOf = (some: readonly Waiting[]) => some.map(({ seq }) => seq);
      const made = known.filter((each) => isLast(each) && inFile.has(each.clientId));
      const needless = known.filter((each) => !isLast(each) || labelled.needless.has(each.clientId));
      await store.settleOutcomes(placesOf(made), file);
      await store.settleOutcomes(placesOf(needless), null);
      return { file, made: made.length, waiting: waiting.length - made.length - needless.length };
    },
    ({ file, made, waiting: left }) =>
      (file === null
        ? 'no label that the data does not have'
        : `${made} outcomes of clients put into ${file}`) +
      (left === 0 ? '' : `; ${left} wait for their client to be in the data`),
  );
}

interface LabelledRows {
  readonly lines: readonly string[];
  readonly clients: readonly string[];
  /** Clients whose newest row says so already. */
  readonly needless: ReadonlySet<string>;
}

function labelledRows(
  { columns, rows, labels }: LastRecords,
  outcomes: readonly Waiting[],
  targetColumn: string,
  { contract }: Pick<Resources, 'contract'>,
): LabelledRows {
  const target = columns.indexOf(targetColumn);
  const { positive } = contract;
  // The label of those who stayed is the other one that the data has, where the configuration does not name it.
  const others = [...labels].filter(([label]) => label !== positive).sort((a, b) => b[1] - a[1]);
  const negative = contract.negative ?? others[0]?.[0] ?? null;
  const lines: string[] = [];
  const clients: string[] = [];
  const needless = new Set<string>();
  for (const { clientId, outcome } of outcomes) {
    const row = rows.get(clientId);
    const label = outcome === 'left' ? positive : negative;
    if (row === undefined || label === null) continue;
    if (row[target] === label) needless.add(clientId);
    else {
      lines.push(renderRecord(row.map((text, column) => (column === target ? label : text))));
      clients.push(clientId);
    }
  }
  return { lines, clients, needless };
}

/** Returns the name of the file. The same labels of the same rows are the same file. */
function writeLabels(resources: Resources, columns: readonly string[], lines: readonly string[]): string {
  const text = `${[renderRecord(columns), ...lines].join('\n')}\n`;
  const day = resources.clock.now().toISOString().slice(0, 10);
  const name = `outcomes-${day}-${sha256(text).slice(0, 8)}.csv`;
  const path = join(resources.workspace.paths.input, name);
  if (!existsSync(path)) writeFileAtomic(path, text);
  return name;
}
