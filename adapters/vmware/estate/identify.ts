/**
 * Which vCenter answers, and how far its own past goes.
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.event.EventManager.html (latestEvent)
 */
import { OperationError } from '#core/errors.ts';
import type { ConnectionIdentity } from '#core/ports/connection.ts';
import { readObjects, toProperties } from '../properties.ts';
import { EventManagerProperties } from '../schema.ts';
import { type Login, readContent } from '../session.ts';
import { type SoapClient, VimFault } from '../soap/soap-client.ts';

const EVENTS = { EventManager: EventManagerProperties };

/** @throws VimFault, PostError, OperationError `not_supported` of a lone ESXi host. */
export async function identify(soap: SoapClient, signal: AbortSignal): Promise<ConnectionIdentity> {
  const content = await readContent(soap, signal);
  const { instanceUuid: identity, fullName: product } = content.about;
  if (!identity) throw new OperationError('not_supported', 'not_started', { product });
  const eventNumber = await readEventNumber(soap, { content }, signal);
  return { identity, product, ...(eventNumber === undefined ? {} : { eventNumber }) };
}

/** Undefined where no event is shown. */
async function readEventNumber(
  soap: SoapClient,
  login: Login,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { eventManager } = login.content;
  if (!eventManager) return undefined;
  try {
    const starts = [{ object: eventManager }];
    const [events] = await readObjects(soap, login, { wanted: EVENTS, starts, signal });
    return events && toProperties(EventManagerProperties, events).properties.latestEvent?.key;
  } catch (error) {
    // Without the right to read events nobody can say whether they went back.
    if (error instanceof VimFault && error.type === 'NoPermission') return undefined;
    throw error;
  }
}
