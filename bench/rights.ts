/**
 * What a decision costs on top of the raw question to the domain: an account with its groups, judged by 40 roles.
 *
 * Ours is findAccount and authorize; the peer is a bare ldapts search for `tokenGroups` of the same account on a connection
 * of its own. Both ask the same Samba, in turns. At 16 and at 52 groups; goal: at most twice the peer's time at both.
 */
import { readFileSync } from 'node:fs';
import { Client } from 'ldapts';
import { createActiveDirectory } from '#adapters/active-directory/active-directory.ts';
import { ActiveDirectoryConfig } from '#adapters/active-directory/config.ts';
import type { Directory } from '#core/ports/directory.ts';
import { authorize } from '#core/rights/authorize.ts';
import type { Role } from '#core/rights/role.ts';
import { startDomain } from '#test/helpers/peers/samba.ts';
import { baseDn, serverName, serviceAccount } from '#test/peers/samba/domain.ts';
import { type BenchResult, toMedian, toPercentile } from './bench-result.ts';

const ROUNDS = 1_000;
const WARM_UP = 200;
const ROLES = 40;
const GOAL = 2;
/** Logins of the seed, and how many groups they are in. */
const PEOPLE = { alice: 16, max: 52 } as const;

export async function run(): Promise<BenchResult> {
  await using domain = await startDomain();
  const { server = '' } = domain.controllers[0] ?? {};
  const config = { servers: [server], baseDn, caFile: domain.caFile, servername: serverName };
  const directory = createActiveDirectory(
    ActiveDirectoryConfig.parse({ ...config, ...serviceAccount }),
  );
  const tlsOptions = { ca: readFileSync(domain.caFile), servername: serverName };
  const peer = new Client({ url: `ldaps://${server}`, tlsOptions, timeout: 9_000 });
  await peer.bind(serviceAccount.user, serviceAccount.password);
  const figures: Figures[] = [];
  for (const [login, groups] of Object.entries(PEOPLE))
    figures.push(await measure({ directory, peer, login, groups }));
  await peer.unbind();
  await directory.close();
  const [few, many] = figures as [Figures, Figures];
  const { ours, peer: theirs, ratio } = many.ratio > few.ratio ? many : few;
  const details = {
    ...{ groups16Ms: few.ours, groups16PeerMs: few.peer, groups16Ratio: few.ratio },
    ...{ groups52Ms: many.ours, groups52PeerMs: many.peer, groups52Ratio: many.ratio },
    ...{ groups16P99Ms: few.p99, groups52P99Ms: many.p99, rounds: ROUNDS, roles: ROLES },
  };
  return { bench: 'rights', ours, peer: theirs, ratio, goal: GOAL, ok: ratio <= GOAL, details };
}

interface Subject {
  readonly directory: Pick<Directory, 'findAccount' | 'findByLogin'>;
  readonly peer: Client;
  readonly login: string;
  readonly groups: number;
}

interface Figures {
  readonly ours: number;
  readonly peer: number;
  readonly ratio: number;
  readonly p99: number;
}

async function measure({ directory, peer, login, groups }: Subject): Promise<Figures> {
  const account = await directory.findByLogin(login);
  if (account?.groupIds.length !== groups) throw new Error(`${login} is not in ${groups} groups`);
  const roles = listRoles(account.groupIds);
  const clients = {
    ours: async () => {
      const person = await directory.findAccount(account.id);
      if (!person) throw new Error(`${login} is gone`);
      const scope = {
        connectionId: 'vc-1',
        clusterName: 'prod',
        folderPath: '/web',
        ownerId: null,
      };
      const { allowed } = authorize({ person, action: 'vm.resize', scope }, roles);
      if (!allowed) throw new Error('the right is missing');
    },
    peer: async () => {
      const { searchEntries } = await peer.search(`<GUID=${account.id}>`, {
        ...{
          scope: 'base',
          attributes: ['tokenGroups'],
          explicitBufferAttributes: ['tokenGroups'],
        },
      });
      if (searchEntries[0]?.tokenGroups?.length !== groups) throw new Error('groups are missing');
    },
  };
  const times = { ours: [] as number[], peer: [] as number[] };
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    // Neither is always the one that comes after the other.
    const order = round % 2 === 0 ? (['ours', 'peer'] as const) : (['peer', 'ours'] as const);
    for (const name of order) {
      const began = performance.now();
      await clients[name]();
      if (round >= 0) times[name].push(performance.now() - began);
    }
  }
  const [ours, theirs] = [toMedian(times.ours), toMedian(times.peer)];
  const ratio = Number((ours / theirs).toFixed(2));
  const figures = { ours, peer: theirs, ratio, p99: toPercentile(times.ours, 0.99) };
  process.stdout.write(`${groups} groups: ours ${ours} ms, peer ${theirs} ms, ratio ${ratio}\n`);
  return figures;
}

/** Four groups a role, most of them not the person's; the last role is what allows. */
function listRoles(groupIds: readonly string[]): readonly Role[] {
  return Array.from({ length: ROLES }, (_, at) => {
    const isOwn = at % 8 === 7;
    const member = (place: number) => ({
      id:
        isOwn && place === 3
          ? (groupIds[at % groupIds.length] ?? '')
          : `S-1-5-21-9-9-9-${at}${place}`,
      name: `group-${at}-${place}`,
    });
    return {
      ...{ name: `role-${at}`, line: at, members: [0, 1, 2, 3].map(member), deny: [], quota: {} },
      allow: at === ROLES - 1 ? ['vm.*'] : ['vm.show', 'vm.list', 'host.*'],
      scope: { connections: ['vc-1', 'vc-2'], clusters: ['prod'], folders: ['/web', '/db'] },
    };
  });
}
