/** What Slack lets Drover do, and what each right is needed for. */
export const botScopes = [
  'app_mentions:read',
  'chat:write',
  'commands',
  'im:history',
  'im:write',
  'users:read',
  'channels:history',
  'groups:history',
  'channels:read',
  'groups:read',
  'files:write',
] as const;

/** Scopes that the app was not given; the answer's header names those that it was. */
export function findMissingScopes(granted: readonly string[]): readonly string[] {
  const given = new Set(granted);
  return botScopes.filter((scope) => !given.has(scope));
}
