/**
 * The deployed files. Each deployment is a folder of its own that never changes; what is live is one symbolic
 * link, so model, score and file list change together, and a reader always sees the three of one deployment.
 *
 *   trainedmodel.json -> .deployments/current/trainedmodel.json   (likewise the other names)
 *   .deployments/current -> 20260101T000000Z-1a2b3c                (the one link that a deployment moves)
 *   .deployments/20260101T000000Z-1a2b3c/{trainedmodel.json,latestscore.txt,ingestedfiles.txt,manifest.json}
 *
 * The newest ten folders stay, by the sequence in their manifests, so that who has just read the link finds its files;
 * the state store remembers all. In a copy of the folder in which links became what they led to, the copies are what is
 * live; `mend` and `publish` make links of them again.
 */
import { join } from 'node:path';
import {
  type Deployed,
  type Manifest,
  MODEL_FILE,
  readDeployment,
  readManifest,
  readPart,
  unlessDamaged,
} from './deployed-files.ts';
import { deploymentsOf, HISTORY, liveOf } from './deployment-folders.ts';
import { liveTokenOf, mendLinks, type Publication, publish } from './publish-files.ts';

export interface LiveFolder {
  /** Id of the deployment that is live, or null. One system call: cheap enough for every request. */
  currentId(): string | null;
  /** What the manifest says of what is live, whatever the other files are; null where none can be read. */
  manifest(): Manifest | null;
  /** The model file of what is live, not checked; null where none can be read. */
  modelText(): string | null;
  /** The token of what is live; 0 where nothing is, or it has none. */
  currentToken(): number;
  /** What is live, or null. `deployment-damaged` where the files do not match their manifest. */
  read(): Deployed | null;
  /** The deployments whose folders are whole, the newest first, the live one among them. */
  history(): Iterable<Deployed>;
  /** Makes links of what a copy of the folder made of them; true where there was something to do. */
  mend(): boolean;
  /**
   * Makes a deployment live: all of it or, whatever happens in between, nothing of it. `lease-lost`, and nothing of it,
   * where a run that took the lock later has deployed.
   */
  publish(publication: Publication): Manifest;
}

/** Opens prod_deployment_path; the folder is made when something is published. */
export function openLiveFolder(folder: string): LiveFolder {
  return {
    currentId: () => liveOf(folder)?.id ?? null,
    manifest: () => {
      const live = liveOf(folder);
      return live === null ? null : unlessDamaged(() => readManifest(live.folder));
    },
    modelText: () => {
      const live = liveOf(folder);
      return live === null ? null : unlessDamaged(() => readPart(join(live.folder, MODEL_FILE)));
    },
    currentToken: () => liveTokenOf(folder),
    read: () => {
      const live = liveOf(folder);
      return live === null ? null : readDeployment(live.folder);
    },
    history: () => wholeDeployments(folder),
    mend: () => mendLinks(folder),
    publish: (publication) => publish(folder, publication),
  };
}

/** Read one by one, since each may be megabytes. */
function* wholeDeployments(folder: string): Iterable<Deployed> {
  const history = join(folder, HISTORY);
  for (const { id } of deploymentsOf(history)) {
    const deployed = unlessDamaged(() => readDeployment(join(history, id)));
    if (deployed !== null) yield deployed;
  }
}
