/** A recording of `drover doctor --record` in place of a host: each request gets the answer that it got then. */

import type { RecordedExchange } from '#adapters/hyperv/examine/record.ts';
import { RemoteError } from '#adapters/hyperv/remote-scripts.ts';
import type { Connection } from '#adapters/hyperv/winrm/connection.ts';
import { readRequest } from '#test/fakes/hyperv/ws-man-text.ts';

export interface Replay extends Connection {
  /** Exchanges that nobody asked for yet. */
  readonly left: number;
}

export function openRecording(text: string): Replay {
  const exchanges: RecordedExchange[] = JSON.parse(text).exchanges;
  let next = 0;
  return {
    get left() {
      return exchanges.length - next;
    },
    close: () => undefined,
    send: async (envelope) => {
      const exchange = exchanges[next];
      next += 1;
      const { action, shellId, commandId, line } = readRequest(envelope);
      if (!exchange) throw new Error(`nothing was recorded after ${next - 1} exchanges`);
      const then = readRequest(exchange.request);
      // The client asks in the same order, and with the ids that the recorded answers gave it.
      const asked = { action, shellId, commandId, isPowershell: line.startsWith('powershell.exe') };
      const before = {
        ...{ action: then.action, shellId: then.shellId, commandId: then.commandId },
        isPowershell: then.line.startsWith('powershell.exe'),
      };
      if (JSON.stringify(asked) !== JSON.stringify(before))
        throw new Error(`${JSON.stringify(asked)} was ${JSON.stringify(before)} when recorded`);
      const { failed, status = 0, contentType, response = '' } = exchange;
      if (failed !== undefined) throw new RemoteError('cut', 'unknown', `recorded: ${failed}`);
      return { status, contentType, authenticate: [], body: Buffer.from(response) };
    },
  };
}
