/**
 * Proofs in both directions: that a request comes from Teams for this app, and that a call comes from this app.
 *
 * The one importer of the SDK. Of it only the check of tokens and the sign-in are used: its `CloudAdapter` answers 200 for
 * what failed and 500 for a forged signature, and its client posts a message three more times when the answer was lost
 * (measured: the default retries of @azure/core-rest-pipeline, which it cannot be told to leave).
 *
 * @see https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
 */
import {
  type Activity,
  ConfigurationBotFrameworkAuthentication,
  ConfigurationServiceClientCredentialFactory,
} from 'botbuilder';
import { JwtTokenExtractor } from 'botframework-connector/lib/auth/jwtTokenExtractor.js';
import { OperationError } from '#core/errors.ts';
import { within } from '../delivery/within.ts';
import type { TeamsConfig } from './config.ts';
import { createLocalTokens } from './local-tokens.ts';
import { quietly } from './quiet-sdk.ts';

export interface TeamsAuth {
  /**
   * @throws OperationError `login_refused` (refused) for a request that is not proven to come from Teams for this app;
   * `not_reachable` (not started) when Microsoft's keys cannot be read.
   */
  verify(authorization: string, request: ClaimedRequest): Promise<void>;
  /** The token that Drover shows to the Bot Connector. @throws OperationError `login_refused`, `not_reachable`. */
  getToken(): Promise<string>;
}

/** What an activity says of itself before anything is proven. */
export interface ClaimedRequest {
  readonly channelId: string;
  readonly serviceUrl: string;
}

const issuer = 'https://api.botframework.com';
const scope = 'https://api.botframework.com';
const keysWithinMs = 5_000;
const tokenWithinMs = 8_000;

export function createTeamsAuth(config: TeamsConfig): TeamsAuth {
  const { appId, appPassword, tenantId, local } = config;
  const app = {
    MicrosoftAppType: 'SingleTenant',
    MicrosoftAppId: appId,
    MicrosoftAppPassword: appPassword,
    MicrosoftAppTenantId: tenantId,
  };
  const credentials = new ConfigurationServiceClientCredentialFactory(app);
  const authentication = new ConfigurationBotFrameworkAuthentication(
    { ...app, ...(local ? toLocalSettings(local) : {}) },
    credentials,
    { requiredEndorsements: ['msteams'] },
  );
  const inTurn = createFirstInTurn();
  return {
    async verify(authorization, request) {
      // Tokens of the Emulator and of other bots have other issuers, and prove nothing about Teams.
      if (readIssuer(authorization) !== issuer) throw refuse('the token’s issuer');
      const { claimsIdentity } = await authenticate(() => {
        // The SDK reads no more of an activity than these two.
        const claimed = { type: 'message', ...request } as Activity;
        return inTurn(() => authentication.authenticateRequest(claimed, authorization));
      });
      const claim = (name: string) => claimsIdentity.getClaimValue(name);
      if (!claimsIdentity.isAuthenticated) throw refuse('the token');
      if (claim('iss') !== issuer) throw refuse('the token’s issuer');
      if (claim('aud') !== appId) throw refuse('the token’s audience');
      if (claim('serviceurl') !== request.serviceUrl) throw refuse('the token’s service');
    },
    getToken: local ? createLocalTokens(config, local.loginUrl) : createTokens(credentials, config),
  };
}

/** One of these switches the SDK to its parameterised mode, which needs them all. */
function toLocalSettings({ openIdUrl, loginUrl }: NonNullable<TeamsConfig['local']>) {
  return {
    ToBotFromChannelOpenIdMetadataUrl: openIdUrl,
    ToBotFromEmulatorOpenIdMetadataUrl: openIdUrl,
    ToBotFromChannelTokenIssuer: issuer,
    ToChannelFromBotLoginUrl: loginUrl,
    ToChannelFromBotOAuthScope: scope,
    OAuthUrl: loginUrl,
  };
}

/**
 * One after the other until one succeeded: the SDK takes its keys for read while they still arrive, and refuses then what
 * is signed with them (botframework-connector 4.23, `OpenIdMetadata.refreshCache`). Later it has the old ones meanwhile.
 */
function createFirstInTurn() {
  let before: Promise<unknown> | undefined = Promise.resolve();
  return async <Value>(ask: () => Promise<Value>): Promise<Value> => {
    const asked = before ? before.then(ask) : ask();
    if (before) {
      before = within(keysWithinMs, asked).catch((error: unknown) => {
        if (before && isKeyFault(error)) forgetKeys();
      });
    }
    const value = await asked;
    before = undefined;
    return value;
  };
}

/** Keys whose answer broke off the SDK takes for read, too: it would refuse everybody for an hour, and has no other way to ask anew. */
function forgetKeys(): void {
  const { openIdMetadataCache } = JwtTokenExtractor as unknown as {
    readonly openIdMetadataCache: Map<string, unknown>;
  };
  openIdMetadataCache.clear();
}

async function authenticate<Value>(ask: () => Promise<Value>): Promise<Value> {
  try {
    return await within(keysWithinMs, quietly(ask));
  } catch (error) {
    if (isKeyFault(error)) {
      const facts = { connection: 'Teams', words: 'the keys of the Bot Connector' };
      throw new OperationError('not_reachable', 'not_started', facts, { cause: error });
    }
    throw refuse('the token', error);
  }
}

/** Its keys could not be read: that says nothing about the token. */
function isKeyFault(error: unknown): boolean {
  if (error instanceof OperationError) return error.code === 'time_limit_reached';
  if (!(error instanceof Error)) return false;
  return error.name === 'FetchError' || ('statusCode' in error && error.statusCode === 500);
}

function refuse(words: string, cause?: unknown): OperationError {
  return new OperationError('login_refused', 'refused', { connection: 'Teams', words }, { cause });
}

/** As the token says itself; nothing is proven by it. */
function readIssuer(authorization: string): unknown {
  const [scheme, token = '', more] = authorization.split(' ');
  const parts = token.split('.');
  if (scheme !== 'Bearer' || more !== undefined || parts.length !== 3) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString());
    return typeof claims === 'object' && claims !== null && 'iss' in claims
      ? claims.iss
      : undefined;
  } catch {
    return undefined; // not JSON: not a token
  }
}

function createTokens(
  factory: ConfigurationServiceClientCredentialFactory,
  { appId, tenantId }: TeamsConfig,
): () => Promise<string> {
  const login = `https://login.microsoftonline.com/${tenantId}`;
  return async () => {
    try {
      // The SDK keeps a token until five minutes before its end.
      const credentials = await factory.createCredentials(appId, scope, login, true);
      const { getToken } = credentials as unknown as { getToken?: () => Promise<string> };
      if (!getToken) throw new Error('the SDK signs requests in another way');
      return await within(
        tokenWithinMs,
        quietly(() => getToken.call(credentials)),
      );
    } catch (error) {
      throw toSignInFault(error);
    }
  };
}

/** Of the error only its name and code go on: what it carries along belongs to the sign-in. */
function toSignInFault(error: unknown): OperationError {
  const code = error instanceof Error && 'errorCode' in error ? String(error.errorCode) : undefined;
  const name = error instanceof Error ? error.name : typeof error;
  const cause = new Error(code === undefined ? name : `${name}: ${code}`);
  const facts = { connection: 'Teams', words: code ?? name };
  return name === 'ServerError'
    ? new OperationError('login_refused', 'refused', facts, { cause })
    : new OperationError('not_reachable', 'not_started', facts, { cause });
}
