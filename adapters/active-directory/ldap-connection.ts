/**
 * One connection to one domain controller: verified, logged in once, and never opened again by itself.
 *
 * @see RFC 4511
 */
import type { connect, TLSSocket } from 'node:tls';
import { Client, type Control, type Entry, type Filter } from 'ldapts';
import { type ServerAddress, toServerName } from './config.ts';
import { BINARY_ATTRIBUTES } from './entry.ts';
import { findLoginCode, LdapError, NO_SUCH_OBJECT, toLdapError, toSearchError } from './faults.ts';

/** How long an orderly end may take before the connection is simply destroyed. */
const UNBIND_MS = 250;
const PAGE_SIZE = 500;

export interface Search {
  readonly baseDn: string;
  readonly filter: Filter;
  readonly attributes: readonly string[];
}

/** Errors are LdapError. */
export interface LdapConnection {
  readonly server: string;
  /** Connected and logged in. */
  isUsable(): boolean;
  /** The object of that name (`<GUID=…>`, `<SID=…>`, a DN, or '' for the server itself). `undefined`: none that can be seen. */
  readOne(
    name: string,
    attributes: readonly string[],
    controls?: readonly Control[],
  ): Promise<Entry | undefined>;
  /** At most so many; as many as `atMost` means that there may be more. */
  find(search: Search, atMost: number): Promise<readonly Entry[]>;
  /** All of them, in pages. */
  list(search: Search): AsyncIterable<readonly Entry[]>;
  /** Logs in as somebody. `undefined`: accepted; else Windows' code for the reason. @throws LdapError for anything else. */
  logIn(name: string, password: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Takes a socket of `openTlsSocket`, and closes it in the end. */
export function createLdapConnection(
  address: ServerAddress,
  socket: TLSSocket,
  answerTimeoutMs: number,
): LdapConnection {
  const server = toServerName(address);
  const client = createClient(server, socket, answerTimeoutMs);
  const timeLimit = Math.ceil(answerTimeoutMs / 1000);
  const options = { timeLimit, explicitBufferAttributes: BINARY_ATTRIBUTES };

  /** ldapts would log in as nobody on a new connection; its own are cut off (`createClient`), and this says so plainly. */
  const requireLogin = () => {
    if (!client.isBound) throw new LdapError('cut', 'the connection has ended');
  };

  return {
    server,
    isUsable: () => client.isBound,
    readOne: async (name, attributes, controls = []) => {
      requireLogin();
      try {
        const wish = { ...options, scope: 'base' as const, attributes: [...attributes] };
        const { searchEntries } = await client.search(name, wish, [...controls]);
        if (searchEntries.length > 1) throw new LdapError('odd_answer', 'one object, two answers');
        return searchEntries[0];
      } catch (error) {
        const fault = toLdapError(error);
        if (fault.resultCode === NO_SUCH_OBJECT) return undefined;
        throw fault;
      }
    },
    find: async ({ baseDn, filter, attributes }, atMost) => {
      requireLogin();
      try {
        // ldapts says nothing when the limit is reached: the caller counts.
        const wish = { ...options, filter, attributes: [...attributes], sizeLimit: atMost };
        // References to other domains are not followed: their servers are not ours, and may hang.
        return (await client.search(baseDn, wish)).searchEntries;
      } catch (error) {
        throw toSearchError(error, baseDn);
      }
    },
    list: async function* ({ baseDn, filter, attributes }) {
      requireLogin();
      try {
        const wish = {
          ...options,
          filter,
          attributes: [...attributes],
          paged: { pageSize: PAGE_SIZE },
        };
        for await (const { searchEntries } of client.searchPaginated(baseDn, wish))
          yield searchEntries;
      } catch (error) {
        throw toSearchError(error, baseDn);
      }
    },
    logIn: (name, password) => logIn(client, name, password),
    close: async () => {
      const ended = client.unbind().catch(() => undefined);
      await Promise.race([ended, pauseUnref(UNBIND_MS)]);
      socket.destroy();
    },
  };
}

function createClient(server: string, socket: TLSSocket, timeout: number): Client {
  let isTaken = false;
  // ldapts opens a lost connection again without a word, and then asks as nobody. Ours it gets once: what comes after
  // its end is an error. It is never given a URL of ldap://: after a failed StartTLS it would send the password in clear.
  const handOver = () => {
    if (isTaken) throw new LdapError('cut', 'the connection has ended');
    isTaken = true;
    return socket;
  };
  return new Client({
    url: `ldaps://${server}`,
    timeout, // none by default
    createSecureConnection: handOver as unknown as typeof connect,
  });
}

async function logIn(client: Client, name: string, password: string): Promise<string | undefined> {
  // An empty name is nobody, with success; a name without "=", "@" or "\" may be that of a SASL mechanism to ldapts.
  if (!/[=@\\]/.test(name)) throw new LdapError('odd_answer', 'no name to log in with');
  try {
    await client.bind(name, password);
    return undefined;
  } catch (error) {
    const code = findLoginCode(error);
    if (code !== undefined) return code;
    throw toLdapError(error);
  }
}

function pauseUnref(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
