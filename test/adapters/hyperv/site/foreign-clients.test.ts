/** A fake site is WinRM with PowerShell behind it for clients of others too: pywinrm, Ansible, Go's masterzen/winrm, curl. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildSingle } from '#test/fakes/hyperv/site/estates.ts';
import type { World } from '#test/fakes/hyperv/world/world.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { openForeignClients } from './foreign-clients.ts';
import { keepSites, type OpenedSite } from './open-site.ts';

const names = 'Hyper-V\\Get-VM | ForEach-Object { $_.Name }';
const wide = 'süd 世界 𝄞';
const expected = ['web-01', 'no-guest-01', 'db-01', wide];

const build = (world: World) => {
  buildSingle(world);
  world.addVm('hv-1', wide);
};

const encode = (script: string) =>
  `powershell -EncodedCommand ${Buffer.from(script, 'utf16le').toString('base64')}`;

const toLines = (text = '') => text.split('\r\n').filter(Boolean);

describe('with PowerShell behind a fake site', needsPeer('powershell', 'openssl'), () => {
  const openSite = keepSites();
  const open = async (options: Parameters<typeof openSite>[0] = {}) => {
    const opened = await openSite({ build, ...options });
    const clients = openForeignClients(opened.site, opened.site.requireHost('hv-1'));
    return Object.assign(clients, {
      opened,
      [Symbol.asyncDispose]: async () => {
        clients[Symbol.dispose]();
        await opened[Symbol.asyncDispose]();
      },
    });
  };

  describe('pywinrm', needsPeer('pywinrm'), () => {
    it('reads VMs by run_ps, whatever their letters, over a channel that must be bound', async () => {
      await using site = await open({ server: { requiresBinding: true }, saysProgress: false });

      const said = await site.pywinrm({ ps: names });

      assert.deepEqual(toLines(said.out), expected);
      assert.deepEqual([said.err, said.code], ['', 0]);
      assert.ok(loginsOf(site.opened).every(({ isBound }) => isBound));
    });

    it('gets words of errors and progress on standard error', async () => {
      await using site = await open();

      const good = await site.pywinrm({ command: encode(names) });
      const bad = await site.pywinrm({ command: encode('"one"; throw "no <way>"') });
      const absent = await site.pywinrm({ command: 'dir C:\\' });
      const said = await site.pywinrm({ command: 'echo hi' });

      assert.deepEqual([toLines(good.out), good.code], [expected, 0]);
      assert.match(good.err ?? '', /^#< CLIXML\r\n<Objs .*S="progress".*<\/Objs>$/);
      assert.deepEqual([bad.out, bad.code], ['one\r\n', 1]);
      assert.match(bad.err ?? '', /<S S="Error">no &#60;way&#62;_x000D__x000A_<\/S><\/Objs>$/);
      assert.match(absent.err ?? '', /^'dir' is not recognized/);
      assert.deepEqual([absent.code, said.out], [1, 'hi\r\n']);
    });

    it('changes the model, and reads it back over messages that are sealed', async () => {
      await using site = await open({ server: { protocol: 'http' } });

      await site.pywinrm({
        command: encode('Hyper-V\\Get-VM | Where-Object Name -eq db-01 | Hyper-V\\Start-VM'),
      });
      const said = await site.pywinrm({
        command: encode('Hyper-V\\Get-VM | Where-Object State -eq Running | Select -Expand Name'),
      });

      assert.deepEqual(toLines(said.out), ['web-01', 'no-guest-01', 'db-01']);
    });

    it('gets 200 kB whole, with letters split over pieces', async () => {
      await using site = await open({ server: { pieceBytes: 1000 } });

      const { out } = await site.pywinrm({ command: encode('"世" * 70000; 1..2000') });

      const lines = toLines(out);
      assert.equal(lines[0], '世'.repeat(70_000));
      assert.equal(lines.length, 2001);
    });

    it('asks again while a script takes longer than one operation', async () => {
      await using site = await open({ timeFactor: 1, saysProgress: false });
      const { server } = site.opened.site.requireHost('hv-1');

      const command = encode('Start-Sleep -Seconds 5; "awake"');
      const said = await site.pywinrm({ command, operationSeconds: 1 });

      assert.deepEqual([said.out, said.code], ['awake\r\n', 0]);
      // Its line and its end alone would be two.
      assert.ok(server.verbs.filter((verb) => verb === 'Receive').length > 2);
    });

    it('is told when it has all the shells that a user may have', async () => {
      await using site = await open({ server: { maxShells: 2 } });

      const said = await site.pywinrm({ shells: 3 });

      assert.equal(said.opened, 2);
      assert.match(said.error ?? '', /maximum number of concurrent shells/);
      assert.equal((await site.pywinrm({ shells: 2 })).opened, 2);
    });

    it('gets nothing of a line that is too long, and no error', async () => {
      await using site = await open();

      const said = await site.pywinrm({ command: encode(`"${'x'.repeat(4000)}"`) });

      assert.deepEqual(said, { out: '', err: '', code: 0 });
    });
  });

  describe('ansible', needsPeer('ansible'), () => {
    it('runs raw PowerShell over a channel that must be bound', async () => {
      await using site = await open({ server: { requiresBinding: true } });

      const { stdout, rc } = await site.ansibleRaw(names);
      const failed = await site.ansibleRaw('throw "no way"');

      assert.deepEqual([toLines(stdout), rc], [expected, 0]);
      assert.equal(failed.rc, 1);
    });
  });

  describe('masterzen/winrm', needsPeer('go-winrm'), () => {
    it('runs PowerShell with Basic and with NTLM', async () => {
      await using site = await open();

      for (const login of ['basic', 'ntlm'] as const) {
        const { out, code, error } = await site.go(login, names, 'powershell');
        assert.deepEqual([toLines(out), code, error], [expected, 0, '']);
      }
      assert.equal((await site.go('basic', 'echo hi')).out, 'hi\r\n');
    });

    it('is refused where channels must be bound, which it cannot', async () => {
      await using site = await open({ server: { requiresBinding: true } });

      assert.match((await site.go('ntlm', 'echo hi')).error ?? '', /401/);
    });
  });

  describe('curl', needsPeer('curl'), () => {
    it('logs in with NTLM and is told who answers', async () => {
      await using site = await open();

      const { status, body } = await site.curlIdentify();

      assert.equal(status, '200');
      assert.match(body, /Microsoft Corporation/);
    });

    it('is refused where channels must be bound, which it cannot', async () => {
      await using site = await open({ server: { requiresBinding: true } });

      assert.equal((await site.curlIdentify()).status, '401');
    });
  });
});

const loginsOf = ({ site }: OpenedSite) => site.requireHost('hv-1').server.logins.accepted;
