/** Model: how good the live one is, what another threshold would mean, all versions, and what is different between two. */
import { PageHead } from '../parts/panel.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { ModelCompare } from './model/compare.tsx';
import { ModelQuality } from './model/quality.tsx';
import { ModelThreshold } from './model/threshold.tsx';
import { ModelVersions } from './model/versions.tsx';

const TABS = [
  ['', 'How good it is'],
  ['threshold', 'Threshold'],
  ['versions', 'Versions'],
  ['compare', 'Compare'],
] as const;

export function ModelPage({ tab }: { readonly tab: string }) {
  return (
    <>
      <PageHead title="Model" />
      <Tabs label="Parts of Model" page="model" tabs={TABS} />
      {tab === '' && <ModelQuality />}
      {tab === 'threshold' && <ModelThreshold />}
      {tab === 'versions' && <ModelVersions />}
      {tab === 'compare' && <ModelCompare />}
    </>
  );
}
