/**
 * How fast a running server answers POST /prediction with one row a call.
 * tsx bench/serve.ts URL [--key KEY] [--connections 32] [--seconds 10] [--row JSON]
 */
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';

const ROW =
  '{"corporation":"abcd","lastmonth_activity":78,"lastyear_activity":1024,"number_of_employees":12}';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    key: { type: 'string' },
    connections: { type: 'string', default: '32' },
    seconds: { type: 'string', default: '10' },
    row: { type: 'string', default: ROW },
  },
});
const base = positionals[0];
if (base === undefined) throw new Error('Name the URL of a running server, such as http://127.0.0.1:8000.');

const result = await autocannon({
  url: new URL('/prediction', base).href,
  method: 'POST',
  connections: Number(values.connections),
  duration: Number(values.seconds),
  headers: {
    'content-type': 'application/json',
    ...(values.key === undefined ? {} : { authorization: `Bearer ${values.key}` }),
  },
  body: `{"rows":[${values.row}]}`,
});

const { requests, latency } = result;
console.log(
  `requests (= rows) per second: ${requests.average.toFixed(0)} (${requests.total} in ${result.duration} s)`,
);
console.log(
  `latency ms: p50 ${latency.p50}, p90 ${latency.p90}, p97.5 ${latency.p97_5}, p99 ${latency.p99}, max ${latency.max}`,
);
console.log(
  `answers other than 2xx: ${result.non2xx}, errors: ${result.errors}, timeouts: ${result.timeouts}`,
);
if (result.non2xx + result.errors + result.timeouts > 0) process.exitCode = 1;
