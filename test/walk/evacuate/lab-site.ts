/**
 * The lab as the platform. It lives in Drover, so that both run in this process: what others do is done at the lab's own
 * console.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Observed, toRef, type VmBody } from '#core/inventory/estate-object.ts';
import { openTestApp, type TestApp } from '#test/helpers/open-test-app.ts';
import { eventually } from '#test/helpers/peers/teams.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { EVACUATION_ESTATE, HERD } from '#test/torture/evacuation-estate.ts';
import type { StandingVm } from '#test/torture/evacuation-truth.ts';
import type { Standing } from './judge.ts';
import { ROLES, type Site } from './site.ts';

/** A move takes a second and a half then, and eight go on at once. */
const SPEED = 4;
const ID = 'lab-vc';
const QUESTION = 'Disconnect the CD and go on?';

export function openLabSite(): Site {
  const folder = createTemporaryFolder('walk');
  const estate = join(folder.path, 'estate.json');
  writeFileSync(estate, JSON.stringify(toHighlyAvailable()));
  let app: TestApp | undefined;
  const faults = () => {
    if (!app?.drover.lab) throw new Error('the lab is not there yet');
    return app.drover.lab.faults;
  };
  return {
    ...{ where: 'lab', host: HERD.host, canAsk: true, lands: true, leavesUnknown: false },
    events: [
      'at the lab’s console: the move onto the host, the move away from it, the answer',
      'ordered of the lab: the question, the guest that goes off, the host that dies',
    ],
    async start(config, env) {
      const yaml = `lab: { speed: ${SPEED}, estate: ${JSON.stringify(estate)} }\n${config}`;
      app = await openTestApp({ config: yaml, env, dataFolder: join(folder.path, 'data') });
      const { drover, [Symbol.asyncDispose]: close } = app;
      return { url: drover.url, [Symbol.asyncDispose]: close };
    },
    read: () => readLab(app),
    async begin() {
      faults().changeByOthers(ID, (it) => it.orderMove(ROLES.coming, HERD.host, 'Go on?'));
    },
    async arm({ doomed, follower, asker, goesOff }) {
      faults().ask('move', QUESTION, { vm: asker });
      faults().endMove('guest_off', 60, { vm: goesOff });
      faults().endMove('target_dies', 60, { vm: follower });
      const take = { connectionId: ID };
      const other = findOther(doomed);
      faults().changeByOthersBefore('move', (it) => it.orderMove(ROLES.taken, other), take);
    },
    // All of it was ordered before.
    strike: async ({ doomed }) => findOther(doomed),
    async land() {
      // Its move asks when its time is over, which a fast machine comes here before.
      const asks = async () => (await readLabVm(app, ROLES.coming))?.question !== undefined;
      await eventually(`${ROLES.coming} asks`, asks, 30_000);
      faults().changeByOthers(ID, (it) => it.answerQuestion(ROLES.coming));
    },
    async answer({ asker }) {
      faults().changeByOthers(ID, (it) => it.answerQuestion(asker));
    },
    [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
  };
}

/** One that neither is emptied nor dies. */
function findOther(doomed: string): string {
  const hosts = HERD.vms.map(({ host }) => host);
  return hosts.find((host) => host !== HERD.host && host !== doomed) ?? '';
}

/** A host that dies has its VMs started elsewhere; no rule keeps one from coming back. */
function toHighlyAvailable() {
  const connections = EVACUATION_ESTATE.connections.map(({ vms = [], ...connection }) => ({
    ...connection,
    clusters: [{ name: 'prod' }],
    vms: vms.map((vm) => ({ ...vm, isHighlyAvailable: true })),
  }));
  return { ...EVACUATION_ESTATE, connections };
}

async function readLabVm(app: TestApp | undefined, name: string): Promise<VmBody | undefined> {
  const seen = await readEstate(app);
  return seen.flatMap((one) => (one.kind === 'vm' && one.body.name === name ? one.body : []))[0];
}

async function readEstate(app: TestApp | undefined): Promise<readonly Observed[]> {
  const seen: Observed[] = [];
  const estate = app?.drover.house.connections.get(ID)?.estate;
  await estate?.snapshot(async (page) => void seen.push(...page), AbortSignal.timeout(30_000));
  return seen;
}

/** Read now of the lab itself, and not of what Drover keeps. */
async function readLab(app: TestApp | undefined): Promise<Standing> {
  const connection = app?.drover.house.connections.get(ID);
  if (!connection?.maintenance) throw new Error('the lab is not there yet');
  const seen = await readEstate(app);
  const hosts = new Map(
    seen.flatMap((one) => (one.kind === 'host' ? [[one.handle, one.body.name] as const] : [])),
  );
  const [host] = app?.drover.house.index.byName('host', HERD.host) ?? [];
  if (!host) throw new Error(`the lab has no ${HERD.host}`);
  const { mark } = await connection.maintenance.read(toRef(host), AbortSignal.timeout(30_000));
  return {
    vms: seen.flatMap((one) => (one.kind === 'vm' ? [toStanding(one, hosts)] : [])),
    mark: mark === 'unsupported' ? 'none' : mark,
  };
}

const POWERS: Readonly<Record<string, StandingVm['power']>> = {
  on: 'on',
  off: 'off',
  suspended: 'saved',
};

function toStanding(
  { identity, body }: Extract<Observed, { kind: 'vm' }>,
  hosts: ReadonlyMap<string, string>,
): StandingVm {
  return {
    ...{ name: body.name, identity: String(identity) },
    host: hosts.get(body.hostHandle ?? '') ?? '',
    power: POWERS[body.power] ?? 'other',
  };
}
