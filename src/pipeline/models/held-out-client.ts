/** Says of a client that the data does not have where else it is: among those that are held out for testing. */
import { existsSync } from 'node:fs';
import { asTidewatchError, isMachineFailure, TidewatchError } from '../../base/errors.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import { listDataFiles } from '../../formats/input-folder.ts';
import type { Resources } from '../resources.ts';

/** Runs `body`; where it finds no client of this id, the test data is looked through, and the error says so. */
export async function orHeldOut<T>(
  resources: Pick<Resources, 'workspace' | 'contract' | 'engine'>,
  id: string | null,
  body: () => Promise<T>,
): Promise<T> {
  try {
    return await body();
  } catch (cause) {
    if (id === null || !(cause instanceof TidewatchError) || cause.code !== 'not-found') throw cause;
    if (!(await isHeldOut(resources, id))) throw cause;
    const folder = resources.workspace.config.test_data_path;
    throw new TidewatchError(
      'not-found',
      `Client "${id}" is held out for testing in ${folder}, so it is not on the list: see --data ${folder}.`,
      { details: { ...cause.details, heldOutIn: folder }, cause },
    );
  }
}

async function isHeldOut(
  resources: Pick<Resources, 'workspace' | 'contract' | 'engine'>,
  id: string,
): Promise<boolean> {
  const { contract, workspace } = resources;
  const folder = workspace.paths.testData;
  const column = columnOf(contract, 'id');
  if (column === null || !existsSync(folder)) return false;
  try {
    const paths = listDataFiles(folder, workspace.root);
    const engine = await resources.engine();
    const table = await engine.open({ kind: 'files', paths, contract, labels: 'optional' });
    try {
      for await (const { columns } of table.stream([column])) {
        const [ids] = columns;
        if (ids?.kind === 'text' && ids.values.includes(id)) return true;
      }
      return false;
    } finally {
      await table.close();
    }
  } catch (thrown) {
    // Test data that cannot be read has nothing to add to the answer.
    if (asTidewatchError(thrown).code === 'internal' || isMachineFailure(thrown)) throw thrown;
    return false;
  }
}
