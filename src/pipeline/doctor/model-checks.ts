/** What the doctor asks of snapshot, trained model and deployment: whether each is whole and they belong together. */

import { existsSync, lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { asTidewatchError } from '../../base/errors.ts';
import { sha256 } from '../../base/hash.ts';
import { readTextFile } from '../../base/regular-file.ts';
import type { Config } from '../../config/schema.ts';
import { isHeldOutAlike } from '../../core/clients/held-out.ts';
import type { ModelDocument } from '../../core/document/document.ts';
import { parseModel } from '../../core/models/model-file.ts';
import { KEPT_FOLDER, keptReferences } from '../../engine/kept/kept-rows.ts';
import { formatCount, formatScore } from '../../report/text/format.ts';
import type { KeptPurpose, StoreInspection } from '../../store/databases/inspection.ts';
import { MODEL_FILE } from '../../store/live/deployed-files.ts';
import { openLiveFolder } from '../../store/live/live-folder.ts';
import { isDamage, liveModelOf, wholeLiveModel } from '../models/live-model.ts';
import { type Check, type Finding, fixable, ok, type Patient, problem, warning } from './finding.ts';

const RECOVER = 'tidewatch doctor --fix, or tidewatch run';
/** A finaldata.csv beyond so many bytes is not hashed. */
const MAX_BYTES = 100_000_000;

export const modelChecks: readonly Check[] = [
  { name: 'snapshot', look: checkSnapshot },
  { name: 'deployment', look: checkDeployment },
  { name: 'trained model', look: checkTrained },
  { name: 'kept rows', look: checkKeptRows },
];

async function checkSnapshot({ workspace: { paths }, snapshots }: Patient): Promise<Finding> {
  const again = `tidewatch ingest (makes it again from ${paths.input}), or tidewatch doctor --fix`;
  const snapshot = snapshots.current(paths.output);
  if (snapshot === null) {
    // A run reads only what is new since the deployment, so it would leave this as it is.
    return openLiveFolder(paths.deployment).currentId() === null
      ? warning('No data has been compiled yet.', 'tidewatch run')
      : fixable('ingest', problem(`${paths.output} holds no compiled data, though a model is live.`, again));
  }
  if (!existsSync(snapshot.csvPath))
    return fixable('ingest', problem(`${snapshot.csvPath} is not there.`, again));
  const small = statSync(snapshot.csvPath).size <= MAX_BYTES;
  if (small && !(await snapshots.isUnchanged(snapshot))) {
    return fixable(
      'ingest',
      problem(`${snapshot.csvPath} is not the one that was compiled: its hash differs.`, again),
    );
  }
  return ok(`${snapshot.id.slice(0, 12)}, ${snapshot.rows} rows from ${snapshot.files.length} files.`);
}

function checkDeployment(patient: Patient): Finding {
  try {
    return judgeDeployment(patient);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const live = openLiveFolder(patient.workspace.paths.deployment);
    const other = [...live.history()].length;
    const what = other === 0 ? '' : ` ${other} deployments beside it are whole.`;
    return fixable('recover', problem(`${asTidewatchError(error).message}${what}`, RECOVER));
  }
}

function judgeDeployment({ workspace: { paths, config }, store }: Patient): Finding {
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
  const { model, f1 } = liveModelOf(deployed);
  const strange = names.filter(
    (name) =>
      !existsSync(join(paths.deployment, name)) ||
      readTextFile(join(paths.deployment, name)) !==
        {
          [MODEL_FILE]: deployed.model,
          'latestscore.txt': deployed.score,
          'ingestedfiles.txt': deployed.fileList,
        }[name],
  );
  if (strange.length > 0) {
    const found = `${strange.join(', ')} in ${paths.deployment} is not that of the live deployment ${manifest.id}.`;
    return fixable('recover', problem(found, RECOVER));
  }
  return (
    checkRecord(manifest.id, store()) ??
    checkLinks(paths.deployment) ??
    checkQuestion(model, config) ??
    ok(`${manifest.id}: model ${manifest.modelVersion}, F1 ${formatScore(f1)}; its files match their hashes.`)
  );
}

/** Whether the store knows what is live, and nothing after it; null where it does. */
function checkRecord(id: string, inspection: StoreInspection | null): Finding | null {
  const known = inspection?.deployments ?? [];
  if (known[0] === id) return null;
  const found = known.includes(id)
    ? `The live deployment is ${id}, but the state store has ${known[0]} after it: the files were put back.`
    : `The state store does not know the live deployment ${id}: it was lost, is another one or an older copy, or a run was killed.`;
  return fixable('recover', warning(found, RECOVER));
}

/** Whether the deployed files are links, as they are made; null where they are. */
function checkLinks(folder: string): Finding | null {
  if (lstatSync(join(folder, MODEL_FILE)).isSymbolicLink()) return null;
  const found = `${folder} is a copy in which the links were followed. It is read all the same.`;
  return fixable('recover', warning(found, `${RECOVER}: the next deployment makes links again`));
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
  const trained = parseModel(readTextFile(path), sha256, path);
  const live = wholeLiveModel({ live: openLiveFolder(paths.deployment) })?.model ?? null;
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

/** Whether the files are there that records of the store refer to. */
function checkKeptRows({ workspace: { paths }, store }: Patient): Finding {
  const needed = store()?.keptRows ?? new Map<string, KeptPurpose>();
  const there = new Set(keptReferences(paths.output));
  const missing = [...needed].filter(([reference]) => !there.has(reference));
  const folder = join(paths.output, KEPT_FOLDER);
  if (needed.size === 0) return ok('No rows are kept yet.');
  if (missing.length === 0) return ok(`${formatCount(needed.size)} files in ${folder}, none is missing.`);
  const found =
    `${formatCount(missing.length)} of ${formatCount(needed.size)} files that the state store refers to are not in ` +
    `${folder}, such as ${missing[0]?.[0]}.rows`;
  const spare = missing.every(([, purpose]) => purpose === 'cohort' || purpose === 'scoring');
  return spare
    ? warning(
        `${found}: former scores of clients are not shown, or estimates not held beside their labels.`,
        `Put ${folder} back from a backup, or go on without: new ones come with the next data.`,
      )
    : problem(
        `${found}: the rows that a model was watched on cannot be told from new ones.`,
        `Put ${folder} back from a backup; where there is none: tidewatch train, score, deploy, by which the watch begins anew.`,
      );
}
