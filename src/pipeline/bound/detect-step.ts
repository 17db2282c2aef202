/** The search for new files, bound to a workspace, and the memory of those that a run is done with. */
import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { asTidewatchError } from '../../base/errors.ts';
import { parseFileList } from '../../core/models/file-list.ts';
import { eventsContractOf } from '../../formats/contract/contract.ts';
import type { TableContract } from '../../formats/contract/table-contract.ts';
import type { FileReport } from '../../formats/file-report.ts';
import { listInputFolder, lookIntoFolder } from '../../formats/input-folder.ts';
import { untakenFiles } from '../../formats/untaken-files.ts';
import type { LiveModel } from '../../steps/deploy.ts';
import { type Detection, detect, refusedKey } from '../../steps/detect.ts';
import type { Ingested } from '../../steps/ingest.ts';
import type { Resources } from '../resources.ts';
import type { Session } from '../run/session.ts';
import { compiledAs } from '../workspace-state.ts';

export async function detectStep(
  resources: Pick<Resources, 'snapshots' | 'workspace' | 'contract' | 'store'>,
  session: Session,
  live: LiveModel | null,
): Promise<Detection> {
  const { paths } = resources.workspace;
  return session.step(
    'detect',
    async () => {
      const store = await resources.store();
      const names = inputNames(resources.workspace, paths.input, live !== null);
      const clients = await detect(
        { store },
        {
          folder: relative(resources.workspace.root, paths.input),
          paths: names.map((name) => join(paths.input, name)),
          deployed: live === null ? null : await deployedFiles(resources, live),
          contract: resources.contract,
        },
      );
      return paths.events === null ? clients : withEvents(resources, clients, paths.events, live !== null);
    },
    ({ newFiles, seenFiles }) =>
      newFiles.length === 0 ? `${seenFiles.length} files, all seen before` : `new: ${newFiles.join(', ')}`,
  );
}

/** What lies in the input folder and is not read, or cannot be, where nothing is ingested that would tell of it. */
export function ignoredFiles({ workspace: { root, paths } }: Pick<Resources, 'workspace'>): FileReport[] {
  if (!isFolder(paths.input)) return [];
  const { refused, ignored } = lookIntoFolder(paths.input, root);
  return untakenFiles(paths.input, { unfinished: [], refused, ignored });
}

/** New files of events are new data as well; they are told with their folder. */
async function withEvents(
  { workspace, store, contract }: Pick<Resources, 'workspace' | 'contract' | 'store'>,
  clients: Detection,
  folder: string,
  isLive: boolean,
): Promise<Detection> {
  const name = relative(workspace.root, folder);
  const found = await detect(
    { store: await store() },
    {
      folder: name,
      paths: inputNames(workspace, folder, isLive).map((file) => join(folder, file)),
      deployed: isLive ? new Map() : null,
      contract: eventsContractOf(workspace.config) ?? contract,
    },
  );
  const told = (files: readonly string[]) => files.map((file) => join(name, file));
  return {
    kind: clients.kind === 'new' || found.kind === 'new' ? 'new' : 'nothing-new',
    newFiles: [...clients.newFiles, ...told(found.newFiles)],
    seenFiles: [...clients.seenFiles, ...told(found.seenFiles)],
  };
}

/** Data files of a folder. Where a model is live, an empty folder is no failure: nothing is new. */
function inputNames(
  { root }: Resources['workspace'],
  folder: string,
  mayBeEmpty: boolean,
): readonly string[] {
  try {
    return listInputFolder(folder, root).names;
  } catch (thrown) {
    if (mayBeEmpty && asTidewatchError(thrown).code === 'input-empty' && isFolder(folder)) return [];
    throw thrown;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Names in the deployed file list with the hashes that the store knows of the content that was trained on. */
async function deployedFiles(
  resources: Pick<Resources, 'snapshots' | 'workspace' | 'store'>,
  live: LiveModel,
): Promise<Map<string, string | null>> {
  const store = await resources.store();
  const snapshot = await store.snapshot(live.model.certificate.snapshot.id);
  const records = snapshot === null ? [] : await store.files(snapshot.runId);
  // Where the store has lost its records, the compiled data may still say what it was made of.
  const files =
    records.length > 0 ? records : (compiledAs(resources, live.model.certificate.snapshot.id)?.files ?? []);
  const hashes = new Map(files.map((file) => [file.name, file.sha256]));
  return new Map(parseFileList(live.deployed.fileList).map((name) => [name, hashes.get(name) ?? null]));
}

/** Remembers that these files have been ingested and checked, so that the next run does not take them for new. */
export async function rememberFiles(
  resources: Pick<Resources, 'workspace' | 'contract' | 'clock' | 'store'>,
  { files, events }: Pick<Ingested, 'files' | 'events'>,
): Promise<void> {
  const store = await resources.store();
  const { root, paths } = resources.workspace;
  const remember = (
    folder: string,
    contract: TableContract,
    reports: readonly FileReport[],
  ): Promise<void> => {
    const settled = reports
      .filter(({ status }) => status === 'accepted' || status === 'rejected')
      .map(({ name, sha256, status }) => ({
        name,
        sha256: status === 'rejected' ? refusedKey(sha256, contract) : sha256,
      }));
    return store.recordSeen(relative(root, folder), settled, resources.clock.now().toISOString());
  };
  await remember(paths.input, resources.contract, files);
  const contract = eventsContractOf(resources.workspace.config);
  if (paths.events !== null && events !== null && contract !== null)
    await remember(paths.events, contract, events.files);
}
