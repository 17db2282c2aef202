/** Data: the files that were read, what they hold, the snapshots they made, and the rows that were not accepted. */
import { PageHead } from '../parts/panel.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { FilesAndColumns } from './data/files.tsx';
import { QuarantineRows } from './data/quarantine.tsx';
import { SnapshotList } from './data/snapshots.tsx';

const TABS = [
  ['', 'Files and columns'],
  ['snapshots', 'Snapshots'],
  ['quarantine', 'Not accepted'],
] as const;

export function DataPage({ tab }: { readonly tab: string }) {
  return (
    <>
      <PageHead title="Data" />
      <Tabs label="Parts of Data" page="data" tabs={TABS} />
      {tab === '' && <FilesAndColumns />}
      {tab === 'snapshots' && <SnapshotList />}
      {tab === 'quarantine' && <QuarantineRows />}
    </>
  );
}
