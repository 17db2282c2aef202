/** What the doctor asks of snapshot, trained model and deployment: whether each is whole and they belong together. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sha256File } from '../../base/hash.ts';
import type { Config } from '../../config/schema.ts';
import { isHeldOutAlike } from '../../core/clients/held-out.ts';
import type { ModelDocument } from '../../core/models/document.ts';
import { parseModel } from '../../core/models/model-file.ts';
import { contentIdOf } from '../../engine/compile/content-id.ts';
import type { Snapshot } from '../../engine/port.ts';
import { readSnapshotFile } from '../../engine/snapshot-file.ts';
import { formatScore } from '../../report/text/format.ts';
import { MODEL_FILE, openLiveFolder, parseScore } from '../../store/live-folder.ts';
import { type Check, type Finding, ok, type Patient, problem, warning } from './finding.ts';

/** A finaldata.csv beyond so many bytes is not hashed. */
const MOST_BYTES = 100_000_000;

export const modelChecks: readonly Check[] = [
  { name: 'snapshot', look: checkSnapshot },
  { name: 'deployment', look: checkDeployment },
  { name: 'trained model', look: checkTrained },
];

async function checkSnapshot({ workspace: { paths } }: Patient): Promise<Finding> {
  const again = `tidewatch ingest (makes it again from ${paths.input})`;
  const snapshot = readSnapshotFile(paths.output);
  if (snapshot === null) return warning('No data has been compiled yet.', 'tidewatch run');
  if (!existsSync(snapshot.csvPath)) return problem(`${snapshot.csvPath} is not there.`, again);
  const small = statSync(snapshot.csvPath).size <= MOST_BYTES;
  if (small && !(await isCompiled(snapshot))) {
    return problem(`${snapshot.csvPath} is not the one that was compiled: its hash differs.`, again);
  }
  return ok(`${snapshot.id.slice(0, 12)}, ${snapshot.rows} rows from ${snapshot.files.length} files.`);
}

/** Snapshots of earlier versions are named by the hash of the whole file, however large it is. */
async function isCompiled({ csvPath, id }: Snapshot): Promise<boolean> {
  return (await contentIdOf(csvPath)) === id || (await sha256File(csvPath)) === id;
}

function checkDeployment({ workspace: { paths, config } }: Patient): Finding {
  const live = openLiveFolder(paths.deployment);
  const deployed = live.read();
  const names = [MODEL_FILE, 'latestscore.txt', 'ingestedfiles.txt'];
  if (deployed === null) {
    const plain = names.filter((name) => existsSync(join(paths.deployment, name)));
    return plain.length === 0
      ? warning('No model is live yet.', 'tidewatch run')
      : warning(
          `${plain.join(', ')} in ${paths.deployment} was not put there by Tidewatch.`,
          'tidewatch run (keeps them under .deployments)',
        );
  }
  const { manifest } = deployed;
  const model = parseModel(deployed.model);
  const again = 'tidewatch models rollback, or tidewatch run';
  if (model.version !== manifest.modelVersion) {
    return problem(
      `The deployed model is ${model.version}, but the manifest says ${manifest.modelVersion}.`,
      again,
    );
  }
  const f1 = parseScore(deployed.score);
  const strange = names.filter(
    (name) =>
      !existsSync(join(paths.deployment, name)) ||
      readFileSync(join(paths.deployment, name), 'utf8') !==
        {
          [MODEL_FILE]: deployed.model,
          'latestscore.txt': deployed.score,
          'ingestedfiles.txt': deployed.fileList,
        }[name],
  );
  if (strange.length > 0) {
    return problem(
      `${strange.join(', ')} in ${paths.deployment} is not that of the live deployment ${manifest.id}.`,
      again,
    );
  }
  return (
    checkQuestion(model, config) ??
    ok(`${manifest.id}: model ${manifest.modelVersion}, F1 ${formatScore(f1)}; its files match their hashes.`)
  );
}

/** Whether the live model learned what the configuration asks for now, of whom it lets be learned; null where it did. */
function checkQuestion({ version, certificate }: ModelDocument, { labels, holdout }: Config): Finding | null {
  const { horizonDays = 0, meaning = 'outcome' } = certificate.outcomes ?? {};
  const again = 'tidewatch train && tidewatch score && tidewatch deploy';
  if (meaning !== labels.meaning || horizonDays !== labels.horizon_days) {
    return warning(
      `The live model ${version} learned another outcome than config.json asks for: labels.meaning "${meaning}" within ` +
        `${horizonDays} days, now "${labels.meaning}" within ${labels.horizon_days}. Its scores say nothing of the new one.`,
      again,
    );
  }
  if (holdout === null || isHeldOutAlike(certificate.heldOut, holdout)) return null;
  return warning(
    `The live model ${version} was trained before the clients of "holdout" were held out as they are now, so it has ` +
      'learned from some of them and scores on them flatter it.',
    again,
  );
}

function checkTrained({ workspace: { paths }, store }: Patient): Finding {
  const path = join(paths.model, MODEL_FILE);
  if (!existsSync(path)) return warning('No model has been trained yet.', 'tidewatch run');
  const trained = parseModel(readFileSync(path, 'utf8'));
  const deployed = openLiveFolder(paths.deployment).read();
  const live: ModelDocument | null = deployed === null ? null : parseModel(deployed.model);
  if (live === null)
    return warning(
      `Model ${trained.version} is trained and not live.`,
      'tidewatch run, or tidewatch score && tidewatch deploy',
    );
  if (trained.version === live.version) return ok(`${trained.version}, which is live.`);
  const isNewer = trained.certificate.trainedAt > live.certificate.trainedAt;
  if (!isNewer) return ok(`${trained.version}; the live one, ${live.version}, is newer.`);
  return store()?.judged.includes(trained.version) === true
    ? ok(`${trained.version} is newer than the live ${live.version}, and the gate has judged it.`)
    : warning(
        `${trained.version} is newer than the live ${live.version} and was never compared with it.`,
        'tidewatch run, or tidewatch score && tidewatch deploy',
      );
}
