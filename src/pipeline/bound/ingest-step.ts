/** Ingestion bound to a workspace: what is compiled, what of it is recorded and logged, and which snapshots stay. */
import { join, relative } from 'node:path';
import type { EventsIngested, EventsSource } from '../../engine/compile-events.ts';
import { pruneReferences } from '../../engine/kept/references-folder.ts';
import { EVENTS_FOLDER } from '../../formats/contract/computed-columns.ts';
import { eventsContractOf } from '../../formats/contract/contract.ts';
import type { FileReport } from '../../formats/file-report.ts';
import { type Ingested, ingest } from '../../steps/ingest.ts';
import { readAliases } from '../models/model-names.ts';
import type { Resources, WithModel } from '../resources.ts';
import type { Session } from '../run/session.ts';
import { trainedVersion } from '../workspace-state.ts';
import { eventNotes, sayEvents } from './event-notes.ts';

export async function ingestStep(
  resources: WithModel & Pick<Resources, 'progress' | 'log'>,
  session: Session,
): Promise<Ingested> {
  const { workspace, contract, progress } = resources;
  return session.step(
    'ingest',
    async () => {
      const compiled = await ingest(
        { engine: await resources.engine(), store: await resources.store(), progress },
        {
          inputFolder: workspace.paths.input,
          workspace: workspace.root,
          outputFolder: workspace.paths.output,
          contract,
          maxRejectedShare: workspace.config.max_rejected_share,
          events: eventsSourceOf(resources),
        },
      );
      const fresh = await recordIngestion(resources, session, compiled);
      logIngestion(resources, compiled, fresh);
      if (compiled.events !== null) logEvents(resources, compiled.events);
      return compiled;
    },
    ({ rows, unlabelled, events }) =>
      `${rows.read} rows read, ${rows.kept} kept, ${rows.duplicates} duplicates, ${rows.quarantined} quarantined` +
      (unlabelled === 0 ? '' : `; ${unlabelled} of those kept without a label`) +
      (events === null ? '' : `; ${sayEvents(events)}`),
  );
}

/** Where the events of a workspace are; null: it has none. */
function eventsSourceOf({ workspace }: Pick<Resources, 'workspace'>): EventsSource | null {
  const { config, paths } = workspace;
  const contract = eventsContractOf(config);
  if (contract === null || paths.events === null || config.tables.events === null) return null;
  return { folder: paths.events, contract, names: config.tables.events };
}

/** What of each file of events was not taken, and what else is odd. */
function logEvents({ log }: Pick<Resources, 'log'>, { files, met }: EventsIngested): void {
  const about = { step: 'ingest' };
  for (const { name, status, reason, quarantined } of files) {
    const file = join(EVENTS_FOLDER, name);
    if (status !== 'accepted')
      log.warn({ ...about, file }, `${file} is ${status}: ${reason ?? 'no reason given'}`);
    else if (quarantined > 0) log.warn({ ...about, file }, `${file}: ${quarantined} events were quarantined`);
  }
  for (const note of met === null ? [] : eventNotes(met)) log.warn(about, note);
}

/** What of each file was taken, and why one was not; of those that are as before only how many there are. */
function logIngestion(
  { log }: Pick<Resources, 'log'>,
  { files }: Ingested,
  fresh: ReadonlySet<string>,
): void {
  const told = files.filter(({ name, status }) => status !== 'accepted' || fresh.has(name));
  if (told.length < files.length) {
    log.info({ step: 'ingest' }, `${files.length - told.length} files are as the ingestion before had them`);
  }
  for (const { name, status, reason, read, kept, duplicates, quarantined } of told) {
    const counted = `${read} rows read, ${kept} kept, ${duplicates} duplicates, ${quarantined} quarantined`;
    const about = { step: 'ingest', file: name };
    if (status === 'ignored') log.info(about, `${name} is ignored: ${reason ?? 'no reason given'}`);
    else if (status !== 'accepted') log.warn(about, `${name} is ${status}: ${reason ?? 'no reason given'}`);
    else if (quarantined > 0) log.warn(about, `${name}: ${counted}`);
    else log.info(about, `${name}: ${counted}`);
  }
}

async function recordIngestion(
  resources: Pick<Resources, 'snapshots' | 'workspace' | 'clock' | 'live' | 'store'>,
  session: Session,
  compiled: Ingested,
): Promise<ReadonlySet<string>> {
  const store = await resources.store();
  const { root, paths } = resources.workspace;
  const { snapshot, rows } = compiled;
  const folder = relative(root, paths.input);
  const fresh = await store.recordFiles(
    compiled.files.map((file) => ({ runId: session.runId, folder, ...withoutColumns(file) })),
  );
  await store.recordSnapshot({
    id: snapshot.id,
    runId: session.runId,
    createdAt: resources.clock.now().toISOString(),
    rows: snapshot.rows,
    read: rows.read,
    duplicates: rows.duplicates,
    quarantined: rows.quarantined,
    parquetPath: relative(root, snapshot.parquetPath),
    columns: snapshot.columns,
  });
  await pruneOutput(resources, snapshot.id);
  return fresh;
}

/** Keeps what the live model, the one before it, the challenger and the trained one need to be watched. */
async function pruneOutput(
  resources: Pick<Resources, 'workspace' | 'live' | 'store' | 'snapshots'>,
  snapshotId: string,
): Promise<void> {
  const store = await resources.store();
  const { champion, previous, challenger } = await readAliases(resources);
  const versions = [champion, previous, challenger].filter((version) => version !== null);
  const records = await Promise.all(versions.map((version) => store.model(version)));
  const { output } = resources.workspace.paths;
  const trained = trainedVersion(resources);
  resources.snapshots.prune(output, [snapshotId, ...records.flatMap((record) => record?.snapshotId ?? [])]);
  pruneReferences(output, trained === null ? versions : [...versions, trained]);
}

function withoutColumns({
  extraColumns: _extra,
  matched: _matched,
  ...file
}: FileReport): Omit<FileReport, 'extraColumns' | 'matched'> {
  return file;
}
