import { randomBytes, type X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { startOwnProcess } from './own-process.ts';
import { createTemporaryFolder, findFastFolder } from './temporary-folder.ts';
import { findVcenterPart, isVcenterPartCurrent } from './vcenter-build.ts';

export interface VcsimOptions {
  /** The inventory, in the format of the head of test/peers/vcenter/src/vcsim/estate.go; else one is generated. */
  readonly estate?: object;
  readonly clusters?: number;
  readonly hostsPerCluster?: number;
  readonly vmsPerCluster?: number;
  readonly datastores?: number;
  /** A lone ESXi host instead of a vCenter. */
  readonly esxi?: boolean;
  readonly user?: string;
  readonly password?: string;
  /** How long a task takes, by method: `{ RelocateVM_Task: 1000 }`. */
  readonly taskDelayMs?: Readonly<Record<string, number>>;
  /** How long a call takes, by method. */
  readonly callDelayMs?: Readonly<Record<string, number>>;
  /** From power-on to running tools, and from a guest's shutdown to powered off. */
  readonly guestDelayMs?: number;
  /** 0 takes a free one; another starts where an earlier vCenter stood. */
  readonly port?: number;
}

export interface Vcsim extends AsyncDisposable {
  /** `https://127.0.0.1:PORT/sdk` */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Its self-signed certificate, good as the only authority that a client trusts. */
  readonly caPem: string;
  /** SHA-256 of the certificate, as `AB:CD:…`. */
  readonly thumbprint: string;
  readonly pid: number;
  /** Posts to `/_ctl/NAME`: faults to order and changes behind the client's back (test/peers/vcenter/README.md). */
  control(name: string, body?: object): Promise<unknown>;
}

export function isVcsimPresent(): boolean {
  return isVcenterPartCurrent('vcsim');
}

/** Starts a vCenter of its own for a test, on 127.0.0.1; it ends when disposed of, and with this process. */
export async function startVcsim(options: VcsimOptions = {}): Promise<Vcsim> {
  const user = options.user ?? 'drover@vsphere.local';
  const password = options.password ?? randomBytes(9).toString('base64url');
  await using stack = new AsyncDisposableStack();
  // It writes six small files a VM: on a disk it starts five times slower.
  const folder = stack.use(createTemporaryFolder('vcsim', findFastFolder()));
  const server = stack.use(
    await startOwnProcess({
      command: findVcenterPart('vcsim'),
      args: [...toArguments(options, folder.path), '-user', `${user}:${password}`],
      env: { TMPDIR: folder.path },
      ready: /^READY https:\/\/\S+:(\d+)\/sdk /,
    }),
  );
  const port = Number(server.ready[1]);
  const certificate = await readCertificate(port);
  const caPem = certificate.toString();
  const opened = stack.move();
  return {
    url: `https://127.0.0.1:${port}/sdk`,
    user,
    password,
    caPem,
    thumbprint: certificate.fingerprint256,
    pid: server.pid,
    control: (name, body) => postControl({ port, caPem, name, body }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function toArguments(options: VcsimOptions, folder: string): string[] {
  const args = ['-l', `127.0.0.1:${options.port ?? 0}`, '-until-eof'];
  const add = (flag: string, value: string | number | undefined) => {
    if (value !== undefined) args.push(flag, String(value));
  };
  add('-cluster', options.clusters);
  add('-host', options.hostsPerCluster);
  add('-vm', options.vmsPerCluster ?? 4);
  add('-ds', options.datastores);
  add('-task-delay', toPairs(options.taskDelayMs));
  add('-method-delay', toPairs(options.callDelayMs));
  if (options.guestDelayMs !== undefined) add('-guest-delay', `${options.guestDelayMs}ms`);
  if (options.esxi) args.push('-esx');
  if (options.estate) {
    const file = join(folder, 'estate.json');
    writeFileSync(file, JSON.stringify(options.estate));
    add('-estate', file);
  }
  return args;
}

function toPairs(delays: Readonly<Record<string, number>> | undefined): string | undefined {
  return (
    delays &&
    Object.entries(delays)
      .map(([method, ms]) => `${method}:${ms}`)
      .join()
  );
}

async function readCertificate(port: number): Promise<X509Certificate> {
  // The first look at a certificate that nobody vouches for; every later call trusts this one only.
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const certificate = socket.getPeerX509Certificate();
  socket.destroy();
  if (!certificate) throw new Error('vcsim shows no certificate');
  return certificate;
}

interface ControlCall {
  readonly port: number;
  readonly caPem: string;
  readonly name: string;
  readonly body: object | undefined;
}

async function postControl({ port, caPem, name, body = {} }: ControlCall): Promise<unknown> {
  const url = `https://127.0.0.1:${port}/_ctl/${name}`;
  const headers = { 'content-type': 'application/json' };
  const call = request(url, { method: 'POST', ca: caPem, agent: false, headers });
  call.end(JSON.stringify(body));
  const [answer] = await once(call, 'response');
  const said = await text(answer);
  if (answer.statusCode !== 200) throw new Error(`control ${name}: ${said}`);
  return said === '' ? undefined : JSON.parse(said);
}
