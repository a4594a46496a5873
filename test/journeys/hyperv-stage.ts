/** A whole Drover on a fake site of Hyper-V, where Carl may do everything and the rules agree by themselves. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Parts } from '#bot/drover.ts';
import { type KeptPwsh, startKeptPwsh } from '../fakes/hyperv/powershell/kept-pwsh.ts';
import { type Site, startSite } from '../fakes/hyperv/site.ts';
import { GIB } from '../fakes/hyperv/world/parts.ts';
import type { World } from '../fakes/hyperv/world/world.ts';
import { openTestApp, type TestApp, textOf } from '../helpers/open-test-app.ts';
import { createTemporaryFolder } from '../helpers/peers/temporary-folder.ts';

import { type Alter, alterBy } from './alterations.ts';

export const SHARED = 'C:\\ClusterStorage\\Volume1';
export const SWITCHES = ['Standardväxel', "DMZ 'old'", 'External LAN'];

export interface HypervStage extends AsyncDisposable {
  readonly site: Site;
  readonly app: TestApp;
  /** Carl's line, and what he is answered. */
  say(line: string): Promise<string>;
  /** Carl's line, which begins the next job; how that ended, with its card. */
  carryOut(line: string): Promise<string>;
}

/** The steps' waits after a crash or a lost answer are shortened; what they decide is the product's. */
const SETTLE_MS = 1500;

const RULES = `
lab: { connections: false }
roles:
  - name: everything
    members: [operators]
    allow: [vm.*, host.*, host.maintenance.enter, host.maintenance.exit, cluster.*, datastore.*, network.*, template.*, connection.*, job.*, approval.*]
policies:
  - name: anything
    operations: [vm.*, host.maintenance.enter, host.maintenance.exit]
    decide: auto
`;

export async function openHypervStage(
  more: (world: World) => void,
  { config = '', alter }: { readonly config?: string; readonly alter?: Alter } = {},
): Promise<HypervStage> {
  await using stack = new AsyncDisposableStack();
  const pwsh: KeptPwsh = stack.use(await startKeptPwsh('2022'));
  const build = (world: World) => {
    const switches = SWITCHES.map(
      (name) => ({ id: world.newId(), name, kind: 'External' }) as const,
    );
    for (const name of ['hv01', 'hv02']) world.addHost(name, { switches });
    world.addCluster('c1', ['hv01', 'hv02'], ['Volume1']);
    const template = { sizeBytes: 40 * GIB, fileBytes: 12 * GIB, type: 'Dynamic' } as const;
    world.files.write('hv01', `${SHARED}\\templates\\win2022.vhdx`, template);
    more(world);
  };
  const site = stack.use(await startSite({ pwsh, build }));
  const folder = stack.use(createTemporaryFolder('hyperv-stage'));
  const caFile = join(folder.path, 'ca.pem');
  writeFileSync(caFile, site.caPem);
  const app = stack.use(
    await openTestApp({
      config: `${toConfig(site, caFile)}${config}`,
      env: { HYPERV_PASSWORD: site.password },
      alter: alter ? alterBy(hurry, alter) : hurry,
    }),
  );
  const opened = stack.move();
  const say = async (line: string) => textOf(await app.say('carl', line));
  return {
    ...{ site, app, say },
    carryOut: async (line) => {
      const answered = await say(line);
      const number = /J-(\d+) ·/.exec(answered)?.[1];
      if (number === undefined) return answered;
      const state = await app.jobEnd(Number(number));
      const cards = (await app.messages('carl')).map(({ card }) => textOf(card));
      return `${state}\n${cards.findLast((text) => text.includes(`J-${number} ·`)) ?? ''}`;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function toConfig({ hosts, user }: Site, caFile: string): string {
  return `${RULES}
connections:
  - id: prod-hv
    kind: hyperv
    hosts: [${hosts.map(({ address, port }) => `${address}:${port}`).join(', ')}]
    user: '${user}'
    password: \${env:HYPERV_PASSWORD}
    caFile: ${caFile}
    recycleFolder: Recycled
    fastSeconds: 2
    templates:
      - { name: win2022, file: '${SHARED}\\templates\\win2022.vhdx' }
`;
}

function hurry(parts: Parts): Parts {
  return {
    ...parts,
    listStepKinds: (...world) =>
      parts.listStepKinds(...world).map((kind) => ({ ...kind, settleMs: SETTLE_MS })),
  };
}
