/** A script and its output, whole, whatever the wire does to them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { echo, openHost, toRun } from './open-host.ts';

const ODD = {
  text: `é世界𝄞 "quotes" 'single' \`$(Get-Date)\` \r\n<xml>&amp;]]> \u202e rtl \u0000`,
  list: ['', ' ', '*', '[a-z]?'],
  nothing: null,
};

describe('a script on a host', needsPeer('openssl'), () => {
  it('gets its text and its parameters unchanged, and gives its lines and its exit code', async () => {
    await using opened = await openHost({
      deed: async (given, command) => {
        await echo(given, command);
        command.write('stderr', 'WARNING: é\r\n');
        return 3;
      },
    });
    const run = toRun({ parameters: ODD });

    const { exitCode } = await opened.scripts.run(run);

    assert.equal(exitCode, 3);
    assert.deepEqual(opened.host.begun, [
      { name: run.script.name, script: run.script.text, parameters: ODD },
    ]);
    assert.deepEqual(JSON.parse(run.lines[0]?.text ?? ''), ODD);
    assert.deepEqual(run.lines[1], { stream: 'stderr', text: 'WARNING: é' });
  });

  it('is logged in with MIC and channel binding, for this host alone', async () => {
    await using opened = await openHost({ server: { requiresBinding: true } });

    await opened.scripts.run(toRun());

    const [{ hasMic, isBound, servicePrincipal } = {}] = opened.server.logins.accepted;
    assert.deepEqual([hasMic, isBound, servicePrincipal], [true, true, 'HTTP/localhost']);
    assert.deepEqual(opened.server.logins.refused, []);
  });

  it('runs over HTTP with every message sealed', async () => {
    await using opened = await openHost({ server: { protocol: 'http' } });
    const run = toRun({ parameters: { name: 'vm-of-the-board' } });

    await opened.scripts.run(run);

    assert.deepEqual(JSON.parse(run.lines[0]?.text ?? ''), { name: 'vm-of-the-board' });
    assert.ok(opened.server.bodies.length >= 5);
    for (const body of opened.server.bodies) {
      assert.ok(body.includes('HTTP-SPNEGO-session-encrypted'));
      assert.ok(!body.includes('Envelope'), 'a readable envelope');
    }
  });

  for (const protocol of ['https', 'http'] as const)
    it(`gives large output whole over ${protocol}, letters split over packets`, async () => {
      const said = Array.from({ length: 40 }, (_, at) => `${at} ${'é世界𝄞'.repeat(40)}`);
      await using opened = await openHost({
        server: { protocol, pieceBytes: 7 },
        deed: (_given, { write }) => {
          for (const text of said) write('stdout', `${text}\r\n`);
          return 0;
        },
      });
      const run = toRun();

      await opened.scripts.run(run);

      assert.deepEqual(
        run.lines.map(({ text }) => text),
        said,
      );
      assert.ok(opened.server.verbs.filter((verb) => verb === 'Receive').length > 1);
    });

  it('gives lines as they come, while it runs', async () => {
    const goOn = Promise.withResolvers<void>();
    await using opened = await openHost({
      deed: async (_given, { write }) => {
        write('stderr', '#< progress 10\r\n');
        await goOn.promise;
        write('stdout', 'done\r\n');
        return 0;
      },
    });
    const lines: string[] = [];
    const onLine = ({ stream, text }: { stream: string; text: string }) => {
      lines.push(`${stream} ${text}`);
      goOn.resolve();
    };

    await opened.scripts.run(toRun({ onLine }));

    assert.deepEqual(lines, ['stderr #< progress 10', 'stdout done']);
  });

  it('may be silent for longer than one question of the host lasts', async () => {
    const goOn = Promise.withResolvers<void>();
    await using opened = await openHost({
      client: { operationSeconds: 1 },
      deed: async (_given, { write }) => {
        await goOn.promise;
        write('stdout', 'at last\r\n');
        return 0;
      },
    });
    const run = toRun();
    const receives = () => opened.server.verbs.filter((verb) => verb === 'Receive').length;

    const ended = opened.scripts.run(run);
    while (receives() < 3) await new Promise((resolve) => setTimeout(resolve, 50));
    goOn.resolve();
    await ended;

    assert.equal(run.lines[0]?.text, 'at last');
    assert.equal(opened.host.begun.length, 1);
  });

  it('gets more standard input than one envelope holds, in order', async () => {
    await using opened = await openHost();
    const long = 'äöü'.repeat(150_000);

    await opened.scripts.run(toRun({ script: { name: 'long', text: long } }));

    assert.equal(opened.host.begun[0]?.script, long);
    assert.ok(opened.server.verbs.filter((verb) => verb === 'Send').length > 5);
  });

  it('leaves nothing behind: signal, then delete at the end', async () => {
    const opened = await openHost();
    await opened.scripts.run(toRun());
    assert.equal(opened.server.shells.countCommands(), 0);
    assert.equal(opened.server.shells.open.size, 1, 'kept for the next run');

    await opened.scripts.close();

    assert.equal(opened.server.shells.open.size, 0);
    assert.deepEqual(opened.server.verbs.slice(-2), ['Signal', 'Delete']);
    await opened[Symbol.asyncDispose]();
  });

  it('asks for a shell without profile, in UTF-8, that ends when nobody asks for it', async () => {
    await using opened = await openHost({ client: { shellIdleSeconds: 77 } });

    await opened.scripts.run(toRun());

    const [shell] = opened.server.shells.open.values();
    assert.equal(shell?.idleTimeOut, 'PT77S');
    assert.equal(shell?.options.get('WINRS_NOPROFILE'), 'TRUE');
    assert.equal(shell?.options.get('WINRS_CODEPAGE'), '65001');
  });

  it('uses connection, login and shell again', async () => {
    await using opened = await openHost();

    for (let count = 0; count < 5; count += 1) await opened.scripts.run(toRun());

    assert.equal(opened.server.connections, 1);
    assert.equal(opened.server.logins.accepted.length, 1);
    assert.equal(opened.server.verbs.filter((verb) => verb === 'Create').length, 1);
  });

  it('says whatever text its output holds', async () => {
    await using opened = await openHost({
      server: { pieceBytes: 3 },
      deed: ({ parameters }, { write }) => {
        write('stdout', `${parameters.line}\n`);
        return 0;
      },
    });
    const text = fc
      .string({ unit: 'binary' })
      .map((it) => it.toWellFormed().replace(/[\r\n\ufeff]/g, ''));

    await fc.assert(
      fc.asyncProperty(text, async (line) => {
        const run = toRun({ parameters: { line } });
        await opened.scripts.run(run);
        assert.deepEqual(
          run.lines.map((it) => it.text),
          [line],
        );
      }),
      { numRuns: 30 },
    );
  });
});
