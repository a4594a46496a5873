/**
 * Drover's own connection: one, shared by all reads, at the first domain controller that answers.
 *
 * Only reads go over it, so a question whose server failed is asked of the next one. It stays where it is while that
 * server answers: going back to an earlier one would gain nothing and could flap.
 */
import { type ActiveDirectoryConfig, type ServerAddress, toServerName } from './config.ts';
import { createDeadline, type Deadline } from './deadline.ts';
import { isServerFault, LdapError, NoServer, type ServerFailure, toLdapError } from './faults.ts';
import { createLdapConnection, type LdapConnection } from './ldap-connection.ts';
import { openTlsSocket, type Trust } from './open-tls-socket.ts';
import { createWindow } from './window.ts';

export interface ServiceConnection {
  /**
   * Runs a piece of reading; again on another server if this one fails in it.
   *
   * Ends by `deadline`, else within `giveUpAfterMs`; each question in it within `answerTimeoutMs`.
   *
   * @throws NoServer when none answered; LdapError when one refused, or `late`; what `work` throws.
   */
  run<T>(work: (connection: LdapConnection) => Promise<T>, deadline?: Deadline): Promise<T>;
  /** The servers in the order in which they are asked now: those that failed a moment ago come last. */
  listServers(): readonly ServerAddress[];
  /** A server that could not be asked is passed over for `leaveOutMs`. */
  leaveOut(server: ServerAddress): void;
  close(): Promise<void>;
}

/** A refused login is not tried again for so long, nor on another server: each try counts towards a lockout. */
const REFUSED_LOGIN_PAUSE_MS = 30_000;
const UNDER_WAY = 16;

export function createServiceConnection(
  config: ActiveDirectoryConfig,
  trust: Trust,
): ServiceConnection {
  const window = createWindow(UNDER_WAY);
  const order = createServerOrder(config);
  const entrance = createEntrance(config, trust, order);

  const attempt = async <T>(
    work: (connection: LdapConnection) => Promise<T>,
    deadline: Deadline,
  ): Promise<T> => {
    const failures: ServerFailure[] = [];
    // Each server once, and once more: a kept connection that a server has ended says nothing against the server.
    for (let tries = config.servers.length + 1; tries > 0; tries -= 1) {
      const connection = await deadline.wait(entrance.enter());
      try {
        return await deadline.wait(work(connection));
      } catch (error) {
        if (!(error instanceof LdapError) || !isServerFault(error)) throw error;
        entrance.leave(connection, error);
        failures.push({ server: connection.server, error });
      }
    }
    throw new NoServer(failures);
  };

  return {
    run: (work, deadline = createDeadline(config.giveUpAfterMs)) =>
      window.pass(() => attempt(work, deadline), deadline),
    listServers: order.list,
    leaveOut: order.leaveOut,
    close: entrance.close,
  };
}

interface ServerOrder {
  list(): readonly ServerAddress[];
  leaveOut(server: ServerAddress): void;
}

function createServerOrder({ servers, leaveOutMs }: ActiveDirectoryConfig): ServerOrder {
  const outUntil = new Map<ServerAddress, number>();
  const isOut = (server: ServerAddress) => (outUntil.get(server) ?? 0) > performance.now();
  return {
    list: () => [...servers.filter((it) => !isOut(it)), ...servers.filter(isOut)],
    leaveOut: (server) => outUntil.set(server, performance.now() + leaveOutMs),
  };
}

interface Entrance {
  /** The connection that stands, or a new one; all who wait share one attempt. @throws NoServer */
  enter(): Promise<LdapConnection>;
  /** Gives up a connection after a failure. */
  leave(connection: LdapConnection, error: LdapError): void;
  close(): Promise<void>;
}

function createEntrance(config: ActiveDirectoryConfig, trust: Trust, order: ServerOrder): Entrance {
  let current: LdapConnection | undefined;
  let entering: Promise<LdapConnection> | undefined;
  let refused: { readonly error: NoServer; readonly at: number } | undefined;
  let isClosed = false;

  const open = async (): Promise<LdapConnection> => {
    if (isClosed) throw new NoServer([]);
    if (refused && performance.now() - refused.at < REFUSED_LOGIN_PAUSE_MS) throw refused.error;
    const failures: ServerFailure[] = [];
    for (const address of order.list()) {
      try {
        return await openLoggedIn(address, config, trust);
      } catch (error) {
        const fault = toLdapError(error);
        failures.push({ server: toServerName(address), error: fault });
        if (fault.failure === 'login_refused') {
          refused = { error: new NoServer(failures), at: performance.now() };
          throw refused.error;
        }
        order.leaveOut(address);
      }
    }
    throw new NoServer(failures);
  };

  const keep = async (): Promise<LdapConnection> => {
    try {
      const connection = await open();
      if (isClosed) await connection.close();
      current = connection;
      return connection;
    } finally {
      entering = undefined;
    }
  };

  return {
    enter: () => {
      if (current?.isUsable()) return Promise.resolve(current);
      entering ??= keep();
      return entering;
    },
    leave: (connection, { failure }) => {
      if (current === connection) current = undefined;
      void connection.close();
      const address = config.servers.find((it) => toServerName(it) === connection.server);
      if (failure !== 'cut' && address) order.leaveOut(address);
    },
    close: async () => {
      isClosed = true;
      await entering?.catch(() => undefined);
      await current?.close();
      current = undefined;
    },
  };
}

/** One deadline for the connection and the login. */
async function openLoggedIn(
  address: ServerAddress,
  { user, password, connectTimeoutMs, answerTimeoutMs }: ActiveDirectoryConfig,
  trust: Trust,
): Promise<LdapConnection> {
  const deadline = createDeadline(connectTimeoutMs);
  const socket = await openTlsSocket(address, trust, connectTimeoutMs);
  const connection = createLdapConnection(address, socket, answerTimeoutMs);
  try {
    const code = await deadline.wait(connection.logIn(user, password));
    if (code === undefined) return connection;
    throw new LdapError('login_refused', `the login of Drover's account was refused (${code})`);
  } catch (error) {
    await connection.close();
    throw error;
  }
}
