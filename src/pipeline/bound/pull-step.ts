/** The pull of every source of the configuration, before new files are looked for. */
import { asTidewatchError, type ErrorCode, isMachineFailure } from '../../base/errors.ts';
import type { SourceConfig } from '../../config/schema.ts';
import { eventsContractOf } from '../../formats/contract/contract.ts';
import type { TableContract } from '../../formats/contract/table-contract.ts';
import { checkSource, type SourceCheck } from '../../steps/pull/check-source.ts';
import { type PullSummary, pull } from '../../steps/pull/pull.ts';
import { listPulledFiles, watermarkOf } from '../../steps/pull/pulled-files.ts';
import type { SourceOptions } from '../../steps/pull/source-query.ts';
import type { ExternalDatabase } from '../../store/external/external-database.ts';
import { externalPlace, openExternal } from '../../store/external/open-external.ts';
import type { Resources, WithWorkspace } from '../resources.ts';
import type { Session } from '../run/session.ts';

/** What came of one source. */
export interface SourcePull extends PullSummary {
  readonly name: string;
  readonly status: 'pulled' | 'nothing-new' | 'failed';
  readonly seconds: number;
  /** Why it failed. */
  readonly error: { readonly code: ErrorCode; readonly message: string } | null;
}

/**
 * Takes the new rows of each source into the input folder. A source that fails does not keep the others, or files, from
 * being used: the run says so and goes on with what there is. Only one of which nothing has been pulled ever stops it,
 * since the data would be a part of what it should be. Nothing happens where there are no sources.
 */
export async function pullStep(
  resources: Pick<Resources, 'workspace' | 'contract' | 'env' | 'clock' | 'progress' | 'log'>,
  session: Session,
): Promise<readonly SourcePull[]> {
  const { sources } = resources.workspace.config;
  if (sources.length === 0) return [];
  return session.step(
    'pull',
    async () => {
      const pulls: SourcePull[] = [];
      for (const source of sources) pulls.push(await pullSource(resources, source));
      return pulls;
    },
    (pulls) => pulls.map(sayPull).join('; '),
  );
}

async function pullSource(
  resources: Pick<Resources, 'workspace' | 'contract' | 'env' | 'clock' | 'progress' | 'log'>,
  source: SourceConfig,
): Promise<SourcePull> {
  const { clock, progress, log } = resources;
  const { folder, contract } = targetOf(resources, source);
  const isKnown = listPulledFiles(folder).some((file) => file.source === source.name);
  const pulled: { name: string; rows: number }[] = [];
  const onFile = (name: string, rows: number) => void pulled.push({ name, rows });
  const from = clock.elapsedMs();
  const seconds = () => (clock.elapsedMs() - from) / 1000;
  try {
    const summary = await withSource(resources, source, (database) =>
      pull({ database, progress, clock }, { folder, contract, source: optionsOf(source), onFile }),
    );
    for (const warning of summary.warnings) log.warn({ source: source.name }, warning);
    const status = summary.rows > 0 ? 'pulled' : 'nothing-new';
    return { name: source.name, status, seconds: seconds(), error: null, ...summary };
  } catch (thrown) {
    const error = asTidewatchError(thrown);
    if (!isKnown || error.code === 'internal' || isMachineFailure(error)) throw error;
    log.error({ source: source.name, code: error.code }, error.message);
    return {
      name: source.name,
      status: 'failed',
      seconds: seconds(),
      error: { code: error.code, message: error.message },
      rows: pulled.reduce((sum, { rows }) => sum + rows, 0),
      ...{ known: 0, unmarked: 0, files: pulled.map(({ name }) => name), warnings: [] },
      watermark: watermarkOf(listPulledFiles(folder), source.name),
    };
  }
}

/** Shows each source: its columns against the contract, and what the newest row looks like. */
export async function checkSources(
  resources: Pick<Resources, 'workspace' | 'contract' | 'env' | 'clock'>,
  name: string | null,
): Promise<readonly SourceCheck[]> {
  const { clock, workspace } = resources;
  const checks: SourceCheck[] = [];
  for (const source of workspace.config.sources.filter((each) => name === null || each.name === name)) {
    checks.push(
      await withSource(resources, source, (database) =>
        checkSource({ database, clock }, { ...targetOf(resources, source), source: optionsOf(source) }),
      ),
    );
  }
  return checks;
}

/** Where the rows of a source go, and what they are: those of clients, or events. */
function targetOf(
  { workspace: { config, paths }, contract }: WithWorkspace,
  { name }: SourceConfig,
): { readonly folder: string; readonly contract: TableContract } {
  const events = eventsContractOf(config);
  if (config.tables.events?.source !== name || events === null || paths.events === null) {
    return { folder: paths.input, contract };
  }
  return { folder: paths.events, contract: events };
}

async function withSource<T>(
  { env, workspace }: Pick<Resources, 'workspace' | 'env'>,
  source: SourceConfig,
  body: (database: ExternalDatabase) => Promise<T>,
): Promise<T> {
  const what = `The source "${source.name}"`;
  const place = externalPlace(source.url, workspace.root, env, what);
  const database = await openExternal(place, { what, timeoutMs: source.timeout_seconds * 1000 });
  try {
    return await body(database);
  } finally {
    await database.close();
  }
}

function optionsOf(source: SourceConfig): SourceOptions {
  const { name, table, query, watermark, overlap } = source;
  return { name, table, query, watermark, overlap, rowsPerFile: source.rows_per_file };
}

function sayPull({
  name,
  status,
  rows,
  known,
  unmarked,
  files,
  watermark,
  error,
  warnings,
}: SourcePull): string {
  const taken = `${rows} rows in ${files.length} files up to ${watermark}`;
  if (status === 'failed')
    return `${name} FAILED${rows === 0 ? '' : ` after ${taken}`}: ${error?.message ?? ''}`;
  const again = known === 0 ? '' : `, ${known} of the overlap known`;
  const left = unmarked === 0 ? '' : `, ${unmarked} rows without a watermark left there`;
  const odd = warnings.map((warning) => `. NOTE: ${warning}`).join('');
  if (status === 'nothing-new') return `${name}: nothing new since ${watermark ?? 'ever'}${left}${odd}`;
  return `${name}: ${taken}${again}${left}${odd}`;
}
