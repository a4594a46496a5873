/**
 * 200 hosts of the WS-Man simulator, each on an address of its own, whose scripts take two seconds and answer 40 VMs that were
 * prepared: the wire is true, there is no PowerShell behind it. A process of its own, so that its work is nobody's stall.
 */
import { setTimeout } from 'node:timers/promises';
import { makeManyNames } from '#test/fakes/hyperv/site/certificates.ts';
import { startWsManServer, USERS } from '#test/fakes/hyperv/ws-man-server.ts';
import { findFreePort } from '#test/helpers/peers/find-free-port.ts';

export const HOSTS = 200;
export const VMS_A_HOST = 40;
export const SCRIPT_MS = 2000;

const addresses = Array.from(
  { length: HOSTS },
  (_, at) => `127.0.${1 + Math.floor(at / 100)}.${1 + (at % 100)}`,
);
const { authority, certificate } = await makeManyNames(addresses);
const port = await findFreePort();

for (const [at, address] of addresses.entries()) {
  const lines = toLines(at);
  await startWsManServer({
    ...{ address, port, certificate },
    run: async ({ write, stdin, signal, line }) => {
      // Ours brings its script by standard input; the peer's is in its command line.
      if (line.length > 3000) await stdin;
      await setTimeout(SCRIPT_MS, undefined, { signal }).catch(() => undefined);
      write('stdout', lines);
      return 0;
    },
  });
}

const password = USERS.administrator;
const told = { addresses, port, user: 'LAB\\administrator', password, caPem: authority.cert };
process.stdout.write(`READY ${JSON.stringify(told)}\n`);

/** As `inventory-fast` writes them. */
function toLines(host: number): string {
  const id = (at: number) =>
    `${String(host).padStart(8, '0')}-0000-4000-8000-${String(at).padStart(12, '0')}`;
  const vms = Array.from({ length: VMS_A_HOST }, (_, at) => ({
    ...{ id: id(at + 1), name: `app-${host}-${at}`, state: 2, health: 5, status: [2] },
    ...{ processors: 4, uptimeMs: 86_400_000, guest: 'Windows Server 2022 Datacenter' },
    ...{ tasks: [], loadPercent: 7, memoryMb: 8192, heartbeat: 2 },
  }));
  const drives = [{ name: 'C:', sizeBytes: 2 ** 41, freeBytes: 2 ** 40 }];
  const out = { hostId: id(0), memoryFreeBytes: 2 ** 36, vms, drives };
  const records = [
    { t: 'out', v: out },
    { t: 'end', v: true },
  ];
  return records.map((record) => `\u001e${JSON.stringify(record)}\r\n`).join('');
}
