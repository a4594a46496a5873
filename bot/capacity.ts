/** How many steps may use one resource at once: what the configuration allows, the platform, or the host itself. */
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import type { Connection } from '#core/ports/connection.ts';
import type { MoveLimits } from '#core/ports/moving.ts';
import type { Config } from './config.ts';

export interface CapacityParts {
  readonly limits: Config['limits'];
  readonly connections: ReadonlyMap<string, Pick<Connection, 'migration'>>;
  readonly index: Pick<EstateIndex, 'byHandle'>;
}

/** Answers for a permit key, `moves:prod-vc/host-12`; undefined: as many as like. */
export function createCapacity(parts: CapacityParts): (key: string) => number | undefined {
  const { limits } = parts;
  return (key) => {
    const { what, connectionId, handle } = readKey(key);
    switch (what) {
      case 'connection':
        return limits.tasksPerConnection;
      case 'host':
        return limits.clonesPerHost;
      case 'datastore':
        return limits.clonesPerDatastore;
      case 'moves':
        return atMost(limits.movesPerHost, limitOf(parts, connectionId, handle, 'movesPerHost'));
      case 'file-moves':
        return atMost(
          limits.fileMovesPerHost,
          limitOf(parts, connectionId, handle, 'storageMovesPerHost'),
        );
      case 'file-moves-of':
        return atMost(
          limits.fileMovesPerDatastore,
          parts.connections.get(connectionId)?.migration?.limits.storageMovesPerDatastore,
        );
      default:
        return undefined;
    }
  };
}

/** A handle may have slashes of its own; the name of a connection has none. */
function readKey(key: string): { what: string; connectionId: string; handle: string } {
  const [what = '', ...rest] = key.split(':');
  const [connectionId = '', ...handle] = rest.join(':').split('/');
  return { what, connectionId, handle: handle.join('/') };
}

/** A host's own word goes before its platform's usual one. */
function limitOf(
  { connections, index }: CapacityParts,
  connectionId: string,
  handle: string,
  what: 'movesPerHost' | 'storageMovesPerHost',
): number | undefined {
  const own: MoveLimits | undefined = index.byHandle(connectionId, 'host', handle)?.body.moveLimits;
  return own?.[what] ?? connections.get(connectionId)?.migration?.limits[what];
}

function atMost(configured: number | undefined, said: number | undefined): number | undefined {
  if (configured === undefined || said === undefined) return configured ?? said;
  return Math.min(configured, said);
}
