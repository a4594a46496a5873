/**
 * WinRM's own settings, by WS-Transfer Get as `winrm get winrm/config` asks.
 *
 * No script: the drive WSMan: asks the same service by a second session. Read from answers of a Server 2019 that
 * jborean93/pypsrp recorded.
 */
import { z } from 'zod';
import { type Element, find } from '../winrm/read-xml.ts';

const Count = z
  .string()
  .regex(/^\d{1,10}$/)
  .transform(Number)
  .optional()
  .catch(undefined);
const Flag = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .optional()
  .catch(undefined);

/** Absent is not told. */
export const WinrmSettings = z.object({
  maxEnvelopeKb: Count,
  maxOperationsPerUser: Count,
  maxShellsPerUser: Count,
  maxMemoryPerShellMb: Count,
  isRemoteShellAllowed: Flag,
  isUnencryptedAllowed: Flag,
  isBasicAllowed: Flag,
  /** CbtHardeningLevel. */
  channelBinding: z.enum(['None', 'Relaxed', 'Strict']).optional().catch(undefined),
});
export type WinrmSettings = z.infer<typeof WinrmSettings>;

export function readSettings(body: Element): WinrmSettings {
  const config = find(body, 'Config');
  const textOf = (...path: string[]) => find(config, ...path)?.text.trim();
  return WinrmSettings.parse({
    maxEnvelopeKb: textOf('MaxEnvelopeSizekb'),
    maxOperationsPerUser: textOf('Service', 'MaxConcurrentOperationsPerUser'),
    maxShellsPerUser: textOf('Winrs', 'MaxShellsPerUser'),
    maxMemoryPerShellMb: textOf('Winrs', 'MaxMemoryPerShellMB'),
    isRemoteShellAllowed: textOf('Winrs', 'AllowRemoteShellAccess'),
    isUnencryptedAllowed: textOf('Service', 'AllowUnencrypted'),
    isBasicAllowed: textOf('Service', 'Auth', 'Basic'),
    channelBinding: textOf('Service', 'Auth', 'CbtHardeningLevel'),
  });
}
