/** Names that only another connection has: said to be there, with the way on, and of things alone that one may see. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labConfig, openTestApp, type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { deedsOf } from './look.ts';

const CREATE = 'vm create web-99 --template';

async function answerTo(app: TestApp, line: string, person = 'ann'): Promise<string> {
  return textOf(await app.say(person, line)).replaceAll(/\s+/g, ' ');
}

/** Of the lab's role that lets everybody look, on `lab-vc` alone. */
function onlyVc(text: string): string {
  return text.replace(
    '  - name: everybody-reads\n',
    '  - name: everybody-reads\n    scope: { connections: [lab-vc] }\n',
  );
}

describe('a name that only another connection has', { timeout: 60_000 }, () => {
  /** Carl may make VMs everywhere; Ann in folders of `lab-vc` alone. */
  const cases: [string, string, RegExp, ('carl' | 'ann')?][] = [
    [
      'vm migrate web-01 --host hv-01',
      'host list --connection lab-vc',
      /hv-01 is a host of lab-hv, not of lab-vc .*A VM moves only inside its own connection, so take a host of lab-vc\. Nothing was done/,
    ],
    [
      'vm migrate web-01 --datastore CSV1',
      'datastore list --connection lab-vc',
      /CSV1 is a datastore of lab-hv, not of lab-vc .*make a new VM there with vm create and a template of lab-hv/,
      'carl',
    ],
    [
      `${CREATE} ubuntu-24 --host hv-01`,
      'template list --connection lab-hv',
      /hv-01 is a host of lab-hv, not of lab-vc .*Take a host of lab-vc, or a template of lab-hv/,
      'carl',
    ],
    [
      `${CREATE} ubuntu-24 --host hv-01`,
      'host list --connection lab-vc',
      /hv-01 is a host of lab-hv, not of lab-vc .*Take a host of lab-vc\. Nothing was done/,
    ],
    [
      `${CREATE} ubuntu-24 --cluster hv-prod`,
      'cluster list --connection lab-vc',
      /hv-prod is a cluster of lab-hv, not of lab-vc/,
    ],
    [
      `${CREATE} ubuntu-24 --network Converged`,
      'network list --connection lab-vc',
      /Converged is a network of lab-hv, not of lab-vc/,
    ],
    [
      `${CREATE} ubuntu-24-hv --connection lab-vc`,
      'template list --connection lab-vc',
      /ubuntu-24-hv is a template of lab-hv, not of lab-vc .*give --connection lab-hv/,
      'carl',
    ],
    [
      'vm network connect web-01 Converged',
      'network list --connection lab-vc',
      /Converged is a network of lab-hv, not of lab-vc .*own connection only/,
    ],
    [
      `${CREATE} ubuntu-24-hv --folder /test`,
      'template list --connection lab-vc',
      /lab-hv has no folder \/test .*you may make VMs in no folder there.* \/test is a folder of lab-vc/,
    ],
  ];

  it('H08 is said to be there, with what can be done, and nothing is asked or done', async () => {
    await using app = await openTestApp();

    for (const [line, button, words, person] of cases) {
      const answer = await answerTo(app, line, person);

      assert.match(answer, words, line);
      assert.ok(answer.includes(`[${button}]`), `${line}: ${answer}`);
    }
    const requests = await app.drover.house.store.read((reads) =>
      reads.requests.list({ limit: 5 }),
    );
    assert.deepEqual([requests, deedsOf(app)], [[], []]);
  });

  it('is no reason to make a VM where the person may make none', async () => {
    await using app = await openTestApp();

    for (const [line] of cases) {
      const answer = await answerTo(app, line);

      assert.doesNotMatch(answer, /new VM there|or a template of|give --connection/, line);
      assert.ok(!answer.includes('[template list --connection lab-hv]'), answer);
    }
  });

  it('H08 is for whoever may not see it as if it were nowhere', async () => {
    await using app = await openTestApp({ config: labConfig(onlyVc) });

    for (const [line, , words] of cases.slice(0, -1)) {
      const answer = await answerTo(app, line);

      assert.doesNotMatch(answer, words, line);
      assert.match(answer, /There is no \w+ called /, line);
      assert.doesNotMatch(answer, /lab-hv/, line);
    }
    const template = await answerTo(app, `${CREATE} ubuntu-24-hv`);
    assert.match(template, /There is no template called ubuntu-24-hv/);
    assert.doesNotMatch(template, /lab-hv/);
    const unknown = await answerTo(app, `${CREATE} ubuntu-24 --connection lab-xx`);
    assert.match(unknown, /There is no connection lab-xx Known are lab-vc\. Nothing was done/);
  });

  it('H08 of a folder is not suggested where one may make no VM, and one nearby is', async () => {
    await using app = await openTestApp();

    const near = await answerTo(app, `${CREATE} ubuntu-24 --folder /prod/wob`);
    const secret = await answerTo(app, `${CREATE} ubuntu-24-hv --folder /prod/wob`);

    assert.match(near, /lab-vc has no folder \/prod\/wob/);
    assert.ok(near.includes(`[${CREATE} ubuntu-24 --folder /prod/web]`), near);
    assert.doesNotMatch(secret, /is a folder of/);
    const none = await answerTo(app, `${CREATE} ubuntu-24-hv`);
    assert.match(none, /^No folder of lab-hv is yours to make VMs in The template ubuntu-24-hv /);
  });

  it('H08 of a folder that one may not see is one that is not there', async () => {
    const seen = 'scope: { folders: [/test, /prod/web, /templates] }';
    const config = labConfig((text) =>
      text.replace('  - name: everybody-reads\n', `  - name: everybody-reads\n    ${seen}\n`),
    );
    await using app = await openTestApp({ config });

    const hidden = await answerTo(app, `${CREATE} ubuntu-24 --folder /prod/infra --plan`);
    const absent = await answerTo(app, `${CREATE} ubuntu-24 --folder /prod/infrx --plan`);

    assert.match(absent, /lab-vc has no folder \/prod\/infrx/);
    assert.equal(hidden, absent.replaceAll('infrx', 'infra'));
  });
});
