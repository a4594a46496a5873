/**
 * One login at a vCenter, renewed in silence when the server has forgotten it.
 */
import { refuseInsideTransaction } from '#core/ports/inside-transaction.ts';
import type { VcenterConfig } from './config.ts';
import { type ObjectContent, ServiceContent, UserSession } from './schema.ts';
import { PostError } from './soap/post.ts';
import { toShape } from './soap/shape.ts';
import { type SoapClient, VimFault } from './soap/soap-client.ts';
import { toWireRef } from './soap/to-wire.ts';

/** What one login gives; views, filters and collectors made in it are good until it ends. */
export interface Login {
  readonly content: ServiceContent;
}

export interface Session {
  /**
   * Runs a piece of work within a login. When the server has forgotten it, logs in again and runs the work once more:
   * NotAuthenticated is the server's word that it did nothing.
   *
   * @throws VimFault, PostError, OperationError `login_refused`
   */
  run<T>(work: (login: Login) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Logs out, if there is a login. */
  end(signal: AbortSignal): Promise<void>;
}

/** A wrong password is not tried again for so long: accounts get locked. */
const REFUSED_LOGIN_PAUSE_MS = 30_000;

export function createSession(soap: SoapClient, config: VcenterConfig): Session {
  const life = new AbortController();
  let current: Promise<Login> | undefined;
  let refused: { readonly error: VimFault; readonly at: number } | undefined;

  const logIn = async (): Promise<Login> => {
    if (refused && performance.now() - refused.at < REFUSED_LOGIN_PAUSE_MS) throw refused.error;
    soap.forgetCookie();
    try {
      const content = await sendLogin(soap, config, life.signal);
      refused = undefined;
      return { content };
    } catch (error) {
      if (error instanceof VimFault && error.type === 'InvalidLogin') {
        refused = { error, at: performance.now() };
      }
      throw error;
    }
  };

  /** One login serves all who wait for it, whoever of them gives up; one that fails is not kept. */
  const enter = (): Promise<Login> => {
    if (current) return current;
    const attempt = logIn();
    current = attempt;
    attempt.catch(() => {
      if (current === attempt) current = undefined;
    });
    return attempt;
  };

  return {
    run: async (work, signal) => {
      refuseInsideTransaction(config.id);
      const entered = enter();
      try {
        return await work(await waitFor(entered, signal));
      } catch (error) {
        if (!isSessionGone(error)) throw error;
        // Another piece of work may have noticed it first and be logging in already.
        if (current === entered) current = undefined;
        return await work(await waitFor(enter(), signal));
      }
    },
    end: async (signal) => {
      const login = await current?.catch(() => undefined);
      current = undefined;
      const manager = login?.content.sessionManager;
      if (manager) {
        await soap.call({ operation: 'Logout', args: { _this: toWireRef(manager) }, signal });
      }
      life.abort();
    },
  };
}

async function sendLogin(
  soap: SoapClient,
  { user, password }: VcenterConfig,
  signal: AbortSignal,
): Promise<ServiceContent> {
  const content = await readContent(soap, signal);
  if (!content.sessionManager) throw new PostError('odd_answer', true, 'no session manager');
  const args = { _this: toWireRef(content.sessionManager), userName: user, password };
  await soap.call({ operation: 'Login', args, returns: toShape(UserSession), signal });
  return content;
}

/** What the server says of itself; needs no login. @throws PostError */
export async function readContent(soap: SoapClient, signal: AbortSignal): Promise<ServiceContent> {
  const answer = await soap.call({
    operation: 'RetrieveServiceContent',
    args: { _this: toWireRef({ type: 'ServiceInstance', value: 'ServiceInstance' }) },
    returns: toShape(ServiceContent),
    signal,
  });
  const content = ServiceContent.safeParse(answer);
  if (content.success) return content.data;
  throw new PostError('odd_answer', true, 'the answer is no service content of vSphere');
}

const SESSION_OBJECTS = new Set(['ContainerView', 'PropertyCollector', 'PropertyFilter']);

/** The three ways in which a server says that it knows the session no more. */
export function isSessionGone(error: unknown): boolean {
  if (!(error instanceof VimFault)) return false;
  if (error.type === 'NotAuthenticated') return true;
  return error.type === 'ManagedObjectNotFound' && SESSION_OBJECTS.has(error.object?.type ?? '');
}

/** A server that has forgotten the session answers with every property missing, and status 200. */
export function checkSession({ missingSet }: Pick<ObjectContent, 'missingSet'>): void {
  for (const { fault } of missingSet ?? []) {
    if (fault?.fault?._type === 'NotAuthenticated') {
      throw new VimFault('NotAuthenticated', fault.localizedMessage ?? '');
    }
  }
}

async function waitFor<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(new PostError('aborted', false, 'aborted before it was sent'));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
