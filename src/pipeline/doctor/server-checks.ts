/** What the doctor asks where the state store is on a database server: rights, clocks, encryption, and how much it takes. */
import { formatBytes, formatSeconds } from '../../report/text/format.ts';
import type { ServerFacts } from '../../store/databases/inspection.ts';
import { type Check, type Finding, ok, type Patient, problem, skipped, warning } from './finding.ts';

const CLOCK_SLACK_MS = 5000;
/** A statement holds a document and the quotes around its quotes. */
const ROOM = 2;
/** A model of many trees is as large. */
const MIN_PACKET = 4_000_000;

export const serverChecks: readonly Check[] = [
  { name: 'store rights', look: asking(judgeRights) },
  { name: 'store clock', look: asking(({ server }) => judgeServerClock(server.clockAheadMs)) },
  { name: 'store connection', look: asking(judgeConnection) },
  { name: 'store limits', look: asking(({ server }) => judgePacket(server.packet)) },
];

interface Asked {
  readonly server: ServerFacts;
  readonly lacking: readonly string[];
  readonly patient: Patient;
}

function asking(judge: (asked: Asked) => Finding): Check['look'] {
  return (patient) => {
    const inspection = patient.store();
    if (inspection?.server == null) return skipped('The database is not there yet.');
    return judge({ server: inspection.server, lacking: inspection.lacking, patient });
  };
}

function judgeRights({ server, lacking }: Asked): Finding {
  const { create, write } = server.refusals;
  if (write !== null) {
    return problem(
      `This user may not write: ${write}.`,
      'Grant the user all rights on the database, and check that the server is not one that is only read.',
    );
  }
  if (create === null) return ok('This user may write and make tables.');
  return lacking.length > 0
    ? problem(
        `Tables are lacking, and this user may not make any: ${create}.`,
        'Grant the user all rights on the database, or let one who has them do: tidewatch db migrate',
      )
    : ok(
        'This user may write. It may not make tables: a newer version needs "tidewatch db migrate" by one who may.',
      );
}

/** How far the server's clock is ahead of this machine's. */
export function judgeServerClock(aheadMs: number): Finding {
  const apart = Math.abs(aheadMs);
  if (apart <= CLOCK_SLACK_MS) return ok('The clocks of the server and of this machine agree.');
  return warning(
    `The clock of the server is ${formatSeconds(apart / 1000)} ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine's. The lock goes by the server's, records by this machine's.`,
    'Let both take the time from the network, for instance with "timedatectl set-ntp true".',
  );
}

function judgeConnection({ server: { host, sslmode, isEncrypted }, patient }: Asked): Finding {
  if (host.startsWith('/') || patient.probes.isLoopback(host)) return ok('It does not leave this machine.');
  if (!isEncrypted) {
    return warning(
      `What is sent to ${host} is not encrypted, the password included.`,
      'Add ?sslmode=verify-full&sslrootcert=/path/of/ca.pem to the URL of the store.',
    );
  }
  return sslmode === 'require'
    ? ok(`Encrypted; sslmode=require does not check who ${host} is, sslmode=verify-full does.`)
    : ok(`Encrypted, and the server is checked (${sslmode}).`);
}

/** Whether a statement may hold the largest model document that there is. */
export function judgePacket(packet: ServerFacts['packet']): Finding {
  if (packet === null) return ok('It takes documents of any size.');
  const { limit, largestModel } = packet;
  const numbers = `max_allowed_packet is ${formatBytes(limit)}; the largest model document has ${formatBytes(largestModel)}`;
  const needed = Math.max(MIN_PACKET, ROOM * largestModel);
  return limit >= needed
    ? ok(`${numbers}.`)
    : warning(
        `${numbers}, so a model somewhat larger could not be kept.`,
        `Set max_allowed_packet of the server to ${Math.ceil((ROOM * needed) / 1e6)}M or more.`,
      );
}
