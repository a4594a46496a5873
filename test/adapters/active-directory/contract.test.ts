/** The directory contract on the lab's people and on Active Directory. */
import { after, before, describe } from 'node:test';
import { createLabPeople } from '#adapters/simulator/lab-people.ts';
import {
  type DirectoryPlaces,
  describeDirectory,
  type OpenedContractDirectory,
} from '#test/contracts/directory-contract.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type Domain, startDomain } from '#test/helpers/peers/samba.ts';
import { foreignSid } from '#test/peers/samba/seed.ts';
import { addGroup, addPerson, group, lock, modify, person, remove } from './domain-changes.ts';
import { openDirectory } from './open-directory.ts';
import { startRelay } from './relay.ts';

const longAgo = '130000000000000000';
const disabled = '546';

describeDirectory('the lab’s people', async () => {
  const places = toPlaces('', 'CN=Ghost');
  const inner = { groups: [places.inner] };
  let people = [
    { login: places.member, name: places.memberName, ...inner },
    { login: places.outsider, name: 'Otto' },
    { login: places.disabled, name: 'Dora', state: 'disabled' as const, ...inner },
    { login: places.locked, name: 'Lutz', state: 'locked' as const },
    { login: places.expired, name: 'Erin', state: 'expired' as const },
  ];
  const groups = [
    { name: places.inner, groups: [places.outer] },
    { name: places.outer, unreadable: [places.unreadableMember] },
    { name: places.empty },
  ];
  let isCutOff = false;
  const change = (login: string, changed: object) => {
    people = people.map((it) => (it.login === login ? { ...it, ...changed } : it));
  };
  const directory = createLabPeople(() => {
    if (isCutOff) throw new Error('down');
    return { people, groups };
  });
  return {
    ...{ directory, places },
    elsewhere: {
      disable: async (login) => change(login, { state: 'disabled' }),
      leaveGroup: async (login) => change(login, { groups: [] }),
      remove: async (login) => {
        people = people.filter((it) => it.login !== login);
      },
    },
    cutOff: async () => {
      isCutOff = true;
    },
    [Symbol.asyncDispose]: async () => {},
  };
});

describe('Active Directory', needsPeer('samba'), () => {
  let domain: Domain;
  let opened = 0;
  before(async () => {
    domain = await startDomain();
  });
  after(() => domain?.[Symbol.asyncDispose]());

  describeDirectory('Samba', async () => {
    opened += 1;
    return openOnSamba(domain, toPlaces(String(opened), foreignSid));
  });
});

function toPlaces(suffix: string, unreadableMember: string): DirectoryPlaces {
  return {
    ...{ member: `mira${suffix}`, memberName: `Mira Müller${suffix}`, outsider: `otto${suffix}` },
    ...{ disabled: `dora${suffix}`, locked: `lutz${suffix}`, expired: `ewald${suffix}` },
    ...{ inner: `inner${suffix}`, outer: `outer${suffix}`, empty: `empty${suffix}` },
    unreadableMember,
  };
}

async function openOnSamba(
  domain: Domain,
  places: DirectoryPlaces,
): Promise<OpenedContractDirectory> {
  await using stack = new AsyncDisposableStack();
  const names = { [places.member]: places.memberName };
  const dnOf = (login: string) => person(names[login] ?? login);
  await addPerson(domain, places.memberName, places.member);
  await addPerson(domain, places.outsider, places.outsider);
  await addPerson(domain, places.disabled, places.disabled, { userAccountControl: disabled });
  await addPerson(domain, places.locked, places.locked);
  await addPerson(domain, places.expired, places.expired, { accountExpires: longAgo });
  await lock(domain, dnOf(places.locked));
  const foreigner = `<SID=${places.unreadableMember}>`;
  await addGroup(domain, places.inner, [dnOf(places.member), dnOf(places.disabled)], '-2147483646');
  await addGroup(domain, places.outer, [group(places.inner), foreigner]);
  await addGroup(domain, places.empty, []);
  const relay = stack.use(await startRelay(domain.controllers[0]?.server ?? ''));
  const { directory } = stack.use(openDirectory({ ...domain, controllers: [relay] }));
  const owned = stack.move();
  return {
    ...{ directory, places },
    elsewhere: {
      disable: (login) =>
        modify(domain, dnOf(login), 'replace', { userAccountControl: [disabled] }),
      leaveGroup: (login, name) => modify(domain, group(name), 'delete', { member: [dnOf(login)] }),
      remove: (login) => remove(domain, dnOf(login)),
    },
    cutOff: () => relay.stop(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
