/** Group names that came to mean something else: what they gave, nobody has, and everybody concerned is told (H28). */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { DEFAULT_PEOPLE } from '#adapters/simulator/people-file.ts';
import type { Parts } from '#bot/drover.ts';
import { findDisagreement } from '#core/rights/configured-group.ts';
import {
  eventually,
  labConfig,
  openTestApp,
  type TestApp,
  textOf as toText,
} from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { cardOf } from './look.ts';

const CREATE = 'vm create web-07 --template ubuntu-24 --folder /prod/web';
const SMALL = 'vm create t-1 --template ubuntu-24 --folder /test/web';

/** On one line: where it is wrapped is the renderer's. */
const flat = (text: string) => text.replaceAll(/\s+/g, ' ');
const say = async (app: TestApp, person: string, text: string) =>
  flat(toText(await app.say(person, text)));

const findParted = ({ drover }: TestApp) =>
  findDisagreement(drover.house.rules.policies.flatMap(({ approvals }) => approvals?.group ?? []));

/** A lab whose groups are renamed by writing its file, with a data folder that outlasts a start. */
function openStage() {
  const folder = createTemporaryFolder('groups');
  const file = join(folder.path, 'people.json');
  const write = (groups: readonly { id: string; name: string }[]) =>
    writeFileSync(file, JSON.stringify({ people: DEFAULT_PEOPLE, groups }));
  write([]);
  const config = labConfig((text) =>
    text.replace('speed: 0', `speed: 0\n  people: ${JSON.stringify(file)}`),
  );
  // A minute passes in no time: rules are read anew as fast as they can be.
  const alter = ({ clock, ...parts }: Parts): Parts => ({
    ...parts,
    clock: {
      ...clock,
      pause: (ms, signal) => clock.pause(ms === 60_000 ? 5 : ms, signal),
    },
  });
  return {
    /** The name goes to another group, and whoever had it is in that one now. */
    take: (...names: readonly string[]) =>
      write(names.map((name) => ({ id: `taken-${name}`, name }))),
    giveBack: () => write([]),
    breakOff: () => writeFileSync(file, 'not to be read'),
    start: (changes: (text: string) => string = (text) => text) =>
      openTestApp({ config: changes(config), dataFolder: folder.path, alter }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

const BOTH =
  /he group web-team was lab-group-web-team when its name was first read; the name is that of taken-web-team now\./;

describe('a group name that is another group’s now', { timeout: 60_000 }, () => {
  it('H28 H12 gives nothing after the next start, and refusal, whoami and explain name both', async () => {
    using stage = openStage();
    {
      await using app = await stage.start();
      assert.match(await say(app, 'ann', SMALL), /J-1/);
      assert.equal((await app.audit('group_pinned')).length, 4);
    }
    stage.take('web-team');
    await using app = await stage.start();

    const refused = await say(app, 'ann', CREATE);
    const whoami = await say(app, 'ann', 'whoami');
    const explained = await say(app, 'ann', 'explain vm create');
    const listed = await say(app, 'ann', 'vm list');

    for (const text of [refused, whoami, explained, listed]) assert.match(text, BOTH);
    for (const text of [refused, whoami, explained])
      assert.match(text, /writes the one that is meant into drover\.yaml by its id/);
    assert.match(refused, /Not allowed: vm create/);
    assert.match(refused, /role web-team \(line 27\): grants nothing/);
    assert.match(explained, /^Not allowed: vm create /);
    // What it would show is not said to be not there.
    assert.match(await say(app, 'ann', `explain ${CREATE}`), BOTH);
    assert.match(whoami, /web-team \(line 27\) +nothing now/);
    // Of a role of four groups one is another now: it gives nothing to anybody.
    assert.match(await say(app, 'bob', 'host list'), BOTH);
    assert.equal((await app.audit('refused')).length > 0, true);
    const shown = await say(app, 'dora', 'role show web-team');
    assert.match(shown, BOTH);
    assert.match(shown, /Group web-team: lab-group-web-team; is not the one that its name meant/);
    assert.match(await say(app, 'dora', 'role list'), /web-team \(line 27\) nothing now/);
    assert.match(await say(app, 'carl', 'role show web-team'), /Not allowed: role show/);
    assert.equal((await app.audit('request_opened')).length, 1);
  });

  it('H28 gives again what it gave when it is written by its id', async () => {
    using stage = openStage();
    await (await stage.start())[Symbol.asyncDispose]();
    stage.take('web-team');

    await using app = await stage.start((text) => text.replaceAll('[web-team', '[taken-web-team'));

    assert.match(await say(app, 'ann', SMALL), /J-1/);
    assert.doesNotMatch(await say(app, 'ann', 'whoami'), /grants nothing/);
  });

  it('H28 is seen while Drover runs: nobody may agree any more, and the card says so', async () => {
    using stage = openStage();
    await using app = await stage.start((text) =>
      text.replace('members: [web-team, ops-leads, ', 'members: [web-team, '),
    );
    await app.say('ann', CREATE);
    stage.take('ops-leads');
    await eventually(() => findParted(app) !== undefined);

    const vote = await say(app, 'bob', 'approval approve R-1');
    const readCard = async () => flat(await cardOf(app, 'bob', 'R-1'));
    await eventually(async () => /Nobody may agree by it/.test(await readCard()));
    const card = await readCard();
    const asked = await say(app, 'ann', CREATE);
    const explained = await say(app, 'dora', 'explain vm delete web-01');

    const leads =
      /he group ops-leads was lab-group-ops-leads when its name was first read; the name is that of taken-ops-leads now\./;
    assert.match(vote, /Not counted Nobody of the group that is asked for R-1 may agree/);
    for (const text of [vote, card, asked, explained]) assert.match(text, leads);
    assert.match(asked, /Nobody can agree to this/);
    assert.match(card, /0 of 1 agreed/);
    assert.deepEqual(await app.audit('vote_cast'), []);

    stage.giveBack();
    await eventually(() => findParted(app) === undefined);
    await app.say('bob', 'approval approve R-1');
    assert.equal(await app.jobEnd(1), 'done');
  });

  it('H28 H09 holds as pinned when the directory does not answer at a start', async () => {
    using stage = openStage();
    await (await stage.start())[Symbol.asyncDispose]();
    stage.breakOff();
    await using app = await stage.start();
    stage.giveBack();

    assert.match(await say(app, 'ann', SMALL), /J-1/);
  });
});
