/** A wire that ends, is silent or lies at any request: what is said of the script is never more than what is known. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RemoteError, type RemoteFailure } from '#adapters/hyperv/remote-scripts.ts';
import type { ErrorEnd } from '#core/errors.ts';
import type { WireFault } from '#test/fakes/hyperv/ws-man-faults.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type HostOptions, openHost, toRun } from './open-host.ts';

/** For hosts that say nothing, so that waiting for them is short. Where they do answer, a busy machine needs more. */
function toPatience(verb: string, { kind }: WireFault) {
  if (kind !== 'silence') return {};
  return verb === 'login' ? { connectTimeoutMs: 2_500 } : { operationSeconds: 1, graceMs: 1_500 };
}

async function fail(promise: Promise<unknown>): Promise<RemoteError> {
  const error = await promise.then(
    () => assert.fail('it did not fail'),
    (it) => it,
  );
  assert.ok(error instanceof RemoteError, `${error}`);
  return error;
}

type Row = readonly [
  verb: string,
  fault: WireFault,
  failure: RemoteFailure,
  end: ErrorEnd,
  begun: number,
];

const fault = (code: number): WireFault => ({
  kind: 'fault',
  fault: { code, subcode: 'w:InternalError', words: 'No.' },
});
const proxy: WireFault = { kind: 'answer', status: 503, body: '<html>busy</html>' };
const truncated: WireFault = { kind: 'answer', status: 200, body: '<s:Envelope xmlns:s="x"><s:Bo' };

const ROWS: readonly Row[] = [
  ['login', { kind: 'drop_request' }, 'cut', 'not_started', 0],
  ['login', proxy, 'odd_answer', 'not_started', 0],
  ['login', { kind: 'silence' }, 'no_answer', 'not_started', 0],
  ['Create', { kind: 'drop_request' }, 'cut', 'not_started', 0],
  ['Create', { kind: 'drop_answer' }, 'cut', 'not_started', 0],
  ['Create', { kind: 'cut_answer' }, 'cut', 'not_started', 0],
  ['Create', { kind: 'silence' }, 'no_answer', 'not_started', 0],
  ['Create', proxy, 'odd_answer', 'not_started', 0],
  ['Create', fault(5), 'refused', 'refused', 0],
  ['Command', { kind: 'drop_request' }, 'cut', 'unknown', 0],
  ['Command', { kind: 'drop_answer' }, 'cut', 'unknown', 0],
  ['Command', { kind: 'cut_answer' }, 'cut', 'unknown', 0],
  ['Command', { kind: 'silence' }, 'no_answer', 'unknown', 0],
  ['Command', truncated, 'odd_answer', 'unknown', 0],
  ['Command', fault(5), 'refused', 'refused', 0],
  ['Send', { kind: 'drop_request' }, 'cut', 'unknown', 0],
  ['Send', { kind: 'drop_answer' }, 'cut', 'unknown', 1],
  ['Send', fault(2150858817), 'refused', 'unknown', 0],
  ['Receive', { kind: 'drop_request' }, 'cut', 'unknown', 1],
  ['Receive', { kind: 'drop_answer' }, 'cut', 'unknown', 1],
  ['Receive', { kind: 'cut_answer' }, 'cut', 'unknown', 1],
  ['Receive', { kind: 'silence' }, 'no_answer', 'unknown', 1],
  ['Receive', { kind: 'lose_shells' }, 'shell_lost', 'unknown', 1],
  ['Receive', proxy, 'odd_answer', 'unknown', 1],
  ['Receive', truncated, 'odd_answer', 'unknown', 1],
];

for (const protocol of ['https', 'http'] as const)
  describe(`a wire that fails, over ${protocol}`, needsPeer('openssl'), () => {
    for (const [verb, struck, failure, end, begun] of ROWS)
      it(`${struck.kind} at ${verb} ends ${end}, and nothing is sent twice`, async () => {
        await using opened = await openHost({
          client: toPatience(verb, struck),
          server: { protocol },
        });
        opened.server.order({ verb, fault: struck });

        const error = await fail(opened.scripts.run(toRun()));

        assert.deepEqual([error.failure, error.end], [failure, end], error.message);
        assert.equal(opened.host.begun.length, begun);
        const commands = opened.server.verbs.filter((it) => it === 'Command').length;
        assert.ok(commands <= 1, `${commands} commands`);
        await opened.scripts.close();
        const lost = verb === 'Create' && struck.kind !== 'drop_request' ? 1 : 0;
        assert.ok(opened.server.shells.open.size <= lost, 'a shell is left behind');
        assert.equal(opened.server.shells.countCommands(), 0);
      });
  });

describe('an answer over HTTP', needsPeer('openssl'), () => {
  it('is believed only when the host has sealed it', async () => {
    await using opened = await openHost({ server: { protocol: 'http' } });
    const shell = 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell';
    const body =
      '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>' +
      `<r:ReceiveResponse xmlns:r="${shell}"><r:CommandState State="${shell}/CommandState/Done">` +
      '<r:ExitCode>0</r:ExitCode></r:CommandState></r:ReceiveResponse></s:Body></s:Envelope>';
    const forged = { kind: 'answer', status: 200, body, isPlain: true } as const;
    opened.server.order({ verb: 'Receive', fault: forged });

    const error = await fail(opened.scripts.run(toRun()));

    assert.deepEqual([error.failure, error.end], ['odd_answer', 'unknown']);
    assert.match(error.message, /is not sealed by the host/);
  });
});

describe('a login that is forgotten in the middle', needsPeer('openssl'), () => {
  for (const protocol of ['https', 'http'] as const)
    for (const verb of ['Create', 'Command', 'Send', 'Receive', 'Signal'])
      it(`is made again at ${verb} over ${protocol}, and the script runs once`, async () => {
        await using opened = await openHost({ server: { protocol } });
        opened.server.order({ verb, fault: { kind: 'forget_login' } });
        const run = toRun();

        await opened.scripts.run(run);

        assert.equal(run.lines.length, 1);
        assert.equal(opened.host.begun.length, 1);
        assert.equal(opened.server.logins.accepted.length, 2);
      });

  it('is tried once more and not again when it is refused then, not even to tidy up', async () => {
    await using opened = await openHost();
    let refused = 0;
    opened.server.order({ verb: 'Receive', fault: { kind: 'forget_login' } });
    opened.server.order({
      verb: 'login',
      fault: { kind: 'answer', status: 401, body: '' },
      after: 3, // two messages of the first login, one of the second
      times: 50,
      struck: () => {
        refused += 1;
      },
    });

    const error = await fail(opened.scripts.run(toRun()));
    await opened.scripts.close();

    assert.deepEqual([error.failure, error.end], ['login_refused', 'unknown']);
    assert.equal(refused, 1);
  });

  it('is not made for ever', async () => {
    await using opened = await openHost();
    opened.server.order({ verb: 'Receive', fault: { kind: 'forget_login' }, times: 50 });

    const error = await fail(opened.scripts.run(toRun()));

    assert.deepEqual([error.failure, error.end], ['login_refused', 'unknown']);
    assert.ok(opened.server.logins.accepted.length <= 4);
  });
});

describe('a script that is to stop', needsPeer('openssl'), () => {
  /** Runs until it is ended, and says when it began. */
  const openEndless = async (options: HostOptions = {}) => {
    const began = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const opened = await openHost({
      ...options,
      deed: (_given, { signal }) => {
        signal.addEventListener('abort', () => ended.resolve());
        began.resolve();
        return new Promise(() => {});
      },
    });
    return { opened, began: began.promise, ended: ended.promise };
  };

  it('is ended on the host by its signal, and its shell deleted', async () => {
    const { opened, began, ended } = await openEndless();
    const stop = new AbortController();
    const failing = fail(opened.scripts.run(toRun({ signal: stop.signal })));
    await began;

    stop.abort();
    const error = await failing;

    assert.deepEqual([error.failure, error.end], ['aborted', 'unknown']);
    await ended;
    assert.equal(opened.server.shells.open.size, 0);
    assert.deepEqual(opened.server.verbs.slice(-2), ['Signal', 'Delete']);
    await opened[Symbol.asyncDispose]();
  });

  it('is ended when its time is over', async () => {
    const { opened, ended } = await openEndless();

    const error = await fail(opened.scripts.run(toRun({ timeLimitMs: 1_000 })));

    assert.deepEqual([error.failure, error.end], ['late', 'unknown']);
    assert.match(error.message, /^echo took over 1000 ms$/);
    await ended;
    assert.equal(opened.server.shells.open.size, 0);
    await opened[Symbol.asyncDispose]();
  });

  it('is ended when the client is closed', async () => {
    const { opened, began, ended } = await openEndless();
    const failing = fail(opened.scripts.run(toRun()));
    await began;

    await opened.scripts.close();

    assert.equal((await failing).end, 'unknown');
    await ended;
    assert.equal(opened.server.shells.open.size, 0);
    await opened[Symbol.asyncDispose]();
  });

  it('is ended when what reads its lines fails, and says why', async () => {
    await using opened = await openHost();
    const onLine = () => {
      throw new TypeError('not for me');
    };

    await assert.rejects(opened.scripts.run(toRun({ onLine })), /not for me/);

    assert.equal(opened.server.shells.open.size, 0);
  });

  it('is not begun when it was to stop before', async () => {
    await using opened = await openHost();

    const error = await fail(opened.scripts.run(toRun({ signal: AbortSignal.abort() })));

    assert.deepEqual([error.failure, error.end], ['aborted', 'not_started']);
    assert.equal(opened.server.connections, 0);
  });

  it('has ended with success though its place could not be given back', async () => {
    await using opened = await openHost();
    opened.server.order({ verb: 'Signal', fault: { kind: 'drop_request' } });

    const { exitCode } = await opened.scripts.run(toRun());

    assert.equal(exitCode, 0);
    assert.equal(opened.server.shells.open.size, 0, 'the shell was deleted instead');
  });
});
