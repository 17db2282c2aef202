/** A chart that the server draws, in the theme of the page. */

import { useEffect, useState } from 'preact/hooks';
import type { ChartParams } from '../../../src/server/contract.ts';
import { addressOf } from '../api/address.ts';
import { apiKey } from '../api/api-key.ts';
import { ApiProblem, isNothingYet, request } from '../api/call.ts';
import { dataVersion } from '../api/use-answer.ts';
import { theme } from '../theme.ts';
import { Problem } from './shown.tsx';

interface Props {
  readonly name: ChartParams['name'];
  /** What it shows, for those who cannot see it. */
  readonly label: string;
}

/** It is fetched, since a picture's own request cannot bear the API key. */
export function ServerChart({ name, label }: Props) {
  const [picture, setPicture] = useState<string | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const path = addressOf('/api/v1/charts/:name.svg', { params: { name }, query: { theme: theme.value } });
  const version = dataVersion.value;
  const key = apiKey.value;
  // A new version or key asks again for the same path.
  useEffect(() => {
    const abort = new AbortController();
    request(path, { signal: abort.signal, cache: 'no-cache' })
      .then((answer) => answer.text())
      .then((svg) => {
        setPicture(`data:image/svg+xml,${encodeURIComponent(svg)}`);
        setProblem(null);
      })
      .catch((error: unknown) => {
        if (error instanceof ApiProblem) setProblem(error);
      });
    return () => abort.abort();
  }, [path, version, key]);
  if (problem !== null) return <Problem message={problem.message} expected={isNothingYet(problem)} />;
  return (
    <figure class="server-chart">
      {picture === null ? <p class="state pulse">Drawing …</p> : <img src={picture} alt={label} />}
    </figure>
  );
}
