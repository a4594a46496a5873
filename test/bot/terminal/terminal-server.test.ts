import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { toSocketPath } from '#bot/terminal/socket-path.ts';
import { startTerminalServer, type TerminalServerOptions } from '#bot/terminal/terminal-server.ts';
import { OperationError } from '#core/errors.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { createFakeConversation, type FakeConversation } from './fake-conversation.ts';
import { createFakeTokens } from './fake-tokens.ts';
import { openRawWindow, openWindowAs, toSayLine } from './raw-window.ts';

const isWindows = process.platform === 'win32';

interface Lab extends AsyncDisposable {
  readonly folder: string;
  readonly conversation: FakeConversation;
  readonly faults: unknown[];
  close(): Promise<void>;
}

async function openLab(
  options: Pick<TerminalServerOptions, 'tokens' | 'lookAgainMs'> = {},
): Promise<Lab> {
  const folder = createTemporaryFolder('terminal');
  const conversation = createFakeConversation();
  const faults: unknown[] = [];
  const server = await startTerminalServer({
    dataFolder: folder.path,
    conversation,
    ...options,
    onFault: (error) => faults.push(error),
  });
  return {
    folder: folder.path,
    conversation,
    faults,
    close: () => server.close(),
    async [Symbol.asyncDispose]() {
      await server.close();
      folder[Symbol.dispose]();
    },
  };
}

describe('the terminal server', () => {
  it('stores what a window says for its person and acknowledges it then', async () => {
    await using lab = await openLab();
    await using window = await openWindowAs(lab.folder, 'ann');

    window.send(toSayLine('k1', 'vm list'));

    assert.deepEqual(await window.next('ack'), { type: 'ack', key: 'k1', isNew: true });
    const [incoming] = lab.conversation.received;
    assert.equal(incoming?.personId, 'id-ann');
    assert.equal(incoming.transport, 'terminal');
    assert.deepEqual(incoming.body, { kind: 'text', text: 'vm list' });
  });

  it('passes a click with its inputs', async () => {
    await using lab = await openLab();
    await using window = await openWindowAs(lab.folder, 'ann');

    const inputs = { reason: 'ok' };
    window.send({ type: 'press', key: 'k1', sentAt: new Date(), actionId: 'a-1', inputs });
    await window.next('ack');

    const body = lab.conversation.received[0]?.body;
    assert.deepEqual(body, { kind: 'action', actionId: 'a-1', inputs });
  });

  it('H34 counts a message that comes twice once and acknowledges both', async () => {
    await using lab = await openLab();
    await using window = await openWindowAs(lab.folder, 'ann');

    window.send(toSayLine('k1', 'vm delete web-07'));
    window.send(toSayLine('k1', 'vm delete web-07'));

    assert.equal((await window.next('ack')).isNew, true);
    assert.equal((await window.next('ack')).isNew, false);
    assert.equal(lab.conversation.received.length, 1);
  });

  it('tells two windows of a person the same, and nobody else', async () => {
    await using lab = await openLab();
    await using first = await openWindowAs(lab.folder, 'ann');
    await using second = await openWindowAs(lab.folder, 'ann');
    await using other = await openWindowAs(lab.folder, 'bob');

    lab.conversation.post('m1', { title: 'for Ann' });
    lab.conversation.post('m2', { title: 'for Bob' }, {}, 'id-bob');

    const title = async (window: typeof first) =>
      ((await window.next('message')).message as { card: { title: string } }).card.title;
    assert.equal(await title(first), 'for Ann');
    assert.equal(await title(second), 'for Ann');
    assert.equal(await title(other), 'for Bob');
  });

  it('shows a new window the newest messages first', async () => {
    await using lab = await openLab();
    for (let at = 0; at < 60; at += 1) lab.conversation.post(`m${at}`, {});
    await using window = await openRawWindow(lab.folder);

    window.send({ type: 'hello', protocol: 1, as: 'ann' });

    const first = await window.next('message');
    assert.equal(first.isPast, true);
    assert.equal((first.message as { id: string }).id, 'm10');
    await window.next('caught_up');
  });

  it('stops watching for a window that has gone', async () => {
    await using lab = await openLab();
    const window = await openWindowAs(lab.folder, 'ann');
    assert.equal(lab.conversation.watchers, 1);

    await window[Symbol.asyncDispose]();

    await lab.conversation.until(() => lab.conversation.watchers === 0);
  });

  it('says so when a message could not be stored, and goes on', async () => {
    await using lab = await openLab();
    await using window = await openWindowAs(lab.folder, 'ann');
    const full = new OperationError('storage_full', 'not_started');
    lab.conversation.onReceive = () => Promise.reject(full);

    window.send(toSayLine('k1', 'vm list'));
    assert.deepEqual(await window.next('not_stored'), { type: 'not_stored', key: 'k1' });
    lab.conversation.onReceive = () => {};
    window.send(toSayLine('k1', 'vm list'));

    assert.equal((await window.next('ack')).isNew, true);
    assert.deepEqual(lab.faults, [full]);
  });

  it('leaves out news for a window that does not read, tells it, and shows how things stand', async () => {
    await using lab = await openLab();
    await using window = await openWindowAs(lab.folder, 'ann');
    const bulky = { body: [{ block: 'text' as const, text: 'x'.repeat(50_000) }] };

    for (let at = 1; at <= 400; at += 1) lab.conversation.post('m1', bulky);

    const { count } = await window.next('dropped');
    assert.ok(Number(count) > 300, `${String(count)} left out`);
    const past = (await window.next('message')).message as { version: number };
    assert.equal(past.version, 400);
  });
});

describe('the terminal server refuses', () => {
  const hello = { type: 'hello', protocol: 1, as: 'ann' };

  async function refusalOf(lab: Lab, ...sent: readonly (string | Buffer)[]): Promise<unknown> {
    await using window = await openRawWindow(lab.folder);
    for (const piece of sent) window.socket.write(piece);
    const { code } = await window.next('refused');
    await window.closed();
    return code;
  }
  const toLine = (line: unknown) => `${JSON.stringify(line)}\n`;

  it('anybody named where people sign in, and a token where they do not', async () => {
    await using company = await openLab({ tokens: createFakeTokens() });
    await using lab = await openLab();
    const { as: _, ...byToken } = { ...hello, token: 'ann-1' };

    assert.equal(await refusalOf(company, toLine(hello)), 'people_sign_in');
    assert.equal(await refusalOf(lab, toLine(byToken)), 'lab_people');
  });

  it('a token that is not valid, also beside a name, and writes that down once', async () => {
    const tokens = createFakeTokens();
    await using company = await openLab({ tokens });

    assert.equal(
      await refusalOf(company, toLine({ ...hello, token: 'guess' })),
      'token_not_accepted',
    );
    assert.equal(tokens.refused, 1);
  });

  it('everybody while the directory cannot be reached', async () => {
    const tokens = createFakeTokens();
    tokens.isDown = true;
    await using company = await openLab({ tokens });

    assert.equal(
      await refusalOf(company, toLine({ ...hello, token: 'ann-1' })),
      'directory_not_reachable',
    );
    assert.equal(tokens.refused, 0);
  });

  it('a lab person while their file cannot be read, and says so', async () => {
    await using lab = await openLab();
    lab.conversation.findPerson = () =>
      Promise.reject(new OperationError('directory_not_reachable', 'not_started'));

    assert.equal(await refusalOf(lab, toLine(hello)), 'directory_not_reachable');
  });

  it('what is said with a token that was revoked meanwhile, and stores nothing of it', async () => {
    const tokens = createFakeTokens();
    await using company = await openLab({ tokens });
    await using window = await openRawWindow(company.folder);
    window.send({ type: 'hello', protocol: 1, token: 'ann-1' });
    await window.next('caught_up');

    tokens.valid.clear();
    window.send(toSayLine('k1', 'vm list'));

    assert.equal((await window.next('refused')).code, 'token_not_accepted');
    await window.closed();
    assert.equal(company.conversation.received.length, 0);
  });

  it('further news to who only reads along, once the token is revoked', async () => {
    const tokens = createFakeTokens();
    await using company = await openLab({ tokens, lookAgainMs: 5 });
    await using window = await openRawWindow(company.folder);
    window.send({ type: 'hello', protocol: 1, token: 'ann-1' });
    await window.next('caught_up');

    tokens.valid.clear();

    assert.equal((await window.next('refused')).code, 'token_not_accepted');
    await window.closed();
  });

  it('nobody who reads along while the directory cannot be reached', async () => {
    const tokens = createFakeTokens();
    await using company = await openLab({ tokens, lookAgainMs: 5 });
    await using window = await openRawWindow(company.folder);
    window.send({ type: 'hello', protocol: 1, token: 'ann-1' });
    await window.next('caught_up');

    tokens.isDown = true;
    await tokens.asked(3);
    window.send(toSayLine('k1', 'vm list'));

    assert.deepEqual(await window.next('ack'), { type: 'ack', key: 'k1', isNew: true });
    assert.equal(company.conversation.received[0]?.personId, 'id-ann');
  });

  it('a stranger, another protocol and a window that does not greet', async () => {
    await using lab = await openLab();

    assert.equal(await refusalOf(lab, toLine({ ...hello, as: 'zoe' })), 'person_unknown');
    assert.equal(await refusalOf(lab, toLine({ ...hello, protocol: 2 })), 'protocol_unknown');
    assert.equal(await refusalOf(lab, toLine(toSayLine('k', 'vm list'))), 'hello_missing');
    assert.equal(lab.conversation.received.length, 0);
  });

  it('garbage, half a line of JSON, bytes that are no text, fields it does not know', async () => {
    await using lab = await openLab();

    const garbage = ['GET / HTTP/1.1\n', '{"type":\n', Buffer.from([0xff, 0xfe, 0x0a]), '\n'];
    for (const line of garbage) {
      assert.equal(await refusalOf(lab, line), 'line_not_understood');
      assert.equal(await refusalOf(lab, toLine(hello), line), 'line_not_understood');
    }
    const other = toLine({ ...(toSayLine('k', 'x') as object), personId: 'id-bob' });
    assert.equal(await refusalOf(lab, toLine(hello), other), 'line_not_understood');
    assert.equal(await refusalOf(lab, toLine(hello), toLine(hello)), 'line_not_understood');
    assert.equal(lab.conversation.received.length, 0);
  });

  it('a line that outgrows 64 KiB, before it has ended', async () => {
    await using lab = await openLab();

    assert.equal(await refusalOf(lab, 'x'.repeat(64 * 1024)), 'line_too_long');
    const long = toLine(toSayLine('k', 'x'.repeat(64 * 1024)));
    assert.equal(await refusalOf(lab, toLine(hello), long), 'line_too_long');
  });

  it('and lets no refused window disturb another', async () => {
    await using lab = await openLab();
    await using window = await openWindowAs(lab.folder, 'ann');
    await refusalOf(lab, 'garbage\n');

    window.send(toSayLine('k1', 'vm list'));

    assert.equal((await window.next('ack')).key, 'k1');
  });
});

describe('the socket in the data folder', () => {
  it('is for this user only and goes with the server', { skip: isWindows }, async () => {
    await using lab = await openLab();
    const path = toSocketPath(lab.folder);

    assert.equal(statSync(path).mode & 0o777, 0o600);
    await lab.close();
    assert.equal(existsSync(path), false);
  });

  it('of a living server is left to it', async () => {
    await using lab = await openLab();

    const second = startTerminalServer({
      dataFolder: lab.folder,
      conversation: lab.conversation,
    });

    await assert.rejects(second, { code: 'storage_in_use' });
    await using window = await openWindowAs(lab.folder, 'ann');
    window.send(toSayLine('k1', 'still there'));
    await window.next('ack');
  });

  it('of a server that was killed is replaced', { skip: isWindows }, async () => {
    using folder = createTemporaryFolder('terminal');
    await leaveStaleSocket(toSocketPath(folder.path));

    const conversation = createFakeConversation();
    const server = await startTerminalServer({
      dataFolder: folder.path,
      conversation,
    });

    const window = await openWindowAs(folder.path, 'ann');
    await window[Symbol.asyncDispose]();
    await server.close();
  });

  it('is refused where something else lies, or everybody may write', {
    skip: isWindows,
  }, async () => {
    using folder = createTemporaryFolder('terminal');
    const start = (dataFolder: string) =>
      startTerminalServer({ dataFolder, conversation: createFakeConversation() });
    const taken = join(folder.path, 'taken');
    mkdirSync(taken);
    writeFileSync(toSocketPath(taken), 'precious');
    const open = join(folder.path, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);

    await assert.rejects(start(taken), { code: 'storage_unfit' });
    await assert.rejects(start(open), { code: 'storage_unfit' });
    await assert.rejects(start(join(folder.path, 'x'.repeat(100))), { code: 'storage_unfit' });
    assert.ok(existsSync(toSocketPath(taken)));
  });

  it('is a named pipe of its folder on Windows', () => {
    const path = toSocketPath('/srv/drover', 'win32');

    assert.match(path, /^\\\\\.\\pipe\\drover-[0-9a-f]{32}$/);
    assert.notEqual(path, toSocketPath('/srv/other', 'win32'));
  });
});

/** Listens in another process and kills it, so that its socket stays behind. */
async function leaveStaleSocket(path: string): Promise<void> {
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  assert.ok(existsSync(path));
}
