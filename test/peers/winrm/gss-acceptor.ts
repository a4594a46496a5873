/** Talks to gss-acceptor.py: the server's half of an NTLM login, by gss-ntlmssp. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { python } from './presence.ts';

export interface GssAcceptor extends AsyncDisposable {
  /** One step of the login; `binding` is the channel's application data. @throws Error with GSSAPI's words */
  accept(
    token: Buffer,
    binding: Buffer | undefined,
  ): Promise<{ readonly token: Buffer | undefined; readonly isComplete: boolean }>;
  open(data: Buffer): Promise<Buffer>;
  seal(plain: Buffer): Promise<Buffer>;
}

const script = fileURLToPath(new URL('gss-acceptor.py', import.meta.url));

/** `ntlmUser`: `DOMAIN:user:password`. */
export async function startGssAcceptor(ntlmUser: string): Promise<GssAcceptor> {
  await using stack = new AsyncDisposableStack();
  const { path: folder } = stack.use(createTemporaryFolder('gss-acceptor'));
  const userFile = join(folder, 'users');
  writeFileSync(userFile, `${ntlmUser}\n`);
  const child = spawn(python, [script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NTLM_USER_FILE: userFile },
  });
  stack.defer(async () => {
    const ended = child.exitCode === null && once(child, 'exit');
    child.stdin.end();
    await ended;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (order: object) => {
    child.stdin.write(`${JSON.stringify(order)}\n`);
    const { value } = await lines.next();
    if (value === undefined) throw new Error('the acceptor has ended');
    const said = JSON.parse(value);
    if (said.error !== undefined) throw new Error(said.error);
    return said;
  };
  const encode = (bytes: Buffer) => bytes.toString('base64');
  const decode = (text: string) => Buffer.from(text, 'base64');
  const opened = stack.move();
  return {
    accept: async (token, binding) => {
      const order = {
        do: 'accept',
        token: encode(token),
        binding: binding ? encode(binding) : null,
      };
      const said = await ask(order);
      return { token: said.token ? decode(said.token) : undefined, isComplete: said.complete };
    },
    open: async (data) => decode((await ask({ do: 'open', data: encode(data) })).plain),
    seal: async (plain) => decode((await ask({ do: 'seal', plain: encode(plain) })).data),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
