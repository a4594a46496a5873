/**
 * Reads what a filter selects, a part of a page at a time.
 *
 * A page is asked for in parts: the server makes the next part while this one is being read, and nothing of the next page
 * before the caller has taken all of this one. Each part is given as soon as it is whole, so that what was read of it can
 * be let go of early.
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vmodl.query.PropertyCollector.html
 */
import { z } from 'zod';
import { findShapes, type Start, toFilterSpec, type Wanted } from './filter-spec.ts';
import { ObjectContent } from './schema.ts';
import { checkSession, type Login } from './session.ts';
import { toRetrieveShape } from './soap/answer-shapes.ts';
import { PostError } from './soap/post.ts';
import type { SoapClient } from './soap/soap-client.ts';
import { toWire, toWireRef } from './soap/to-wire.ts';

const RetrieveResult = z.object({
  token: z.string().optional(),
  objects: z.array(ObjectContent).optional(),
});

interface PagedRead {
  readonly wanted: Wanted;
  readonly starts: readonly Start[];
  /** Absent: as many at a time as the server likes. */
  readonly pageSize: number | undefined;
  readonly signal: AbortSignal;
}

interface Part {
  readonly objects: readonly ObjectContent[];
  /** Names what is left. */
  readonly token: string | undefined;
  /** The next part of the same page, asked for already. */
  readonly next: Promise<Part> | undefined;
}

type OnToken = (token: string) => void;
type Ask = (onToken: OnToken) => Promise<unknown>;

const PARTS_OF_A_PAGE = 4;

/**
 * A server that does not page answers everything at once, as one part.
 *
 * @throws VimFault, PostError
 */
export async function* readPages(
  soap: SoapClient,
  login: Login,
  { wanted, starts, pageSize, signal }: PagedRead,
): AsyncGenerator<readonly ObjectContent[]> {
  const _this = toWireRef(login.content.propertyCollector);
  const send = (operation: string, args: object, onToken: OnToken) => {
    const returns = toRetrieveShape(findShapes(wanted), onToken);
    return soap.call({ operation, args: { _this, ...args }, returns, signal });
  };
  const goOn = (token: string): Ask => {
    return (onToken) => send('ContinueRetrievePropertiesEx', { token }, onToken);
  };
  const specSet = [toWire('PropertyFilterSpec', toFilterSpec(wanted, starts))];
  const maxObjects = pageSize && Math.max(1, Math.floor(pageSize / PARTS_OF_A_PAGE));
  const options = toWire('RetrieveOptions', { maxObjects });
  let ask: Ask = (onToken) => send('RetrievePropertiesEx', { specSet, options }, onToken);
  for (;;) {
    let part = await readPart(ask, goOn, PARTS_OF_A_PAGE);
    yield part.objects;
    while (part.next) {
      part = await part.next;
      yield part.objects;
    }
    if (part.token === undefined) return;
    ask = goOn(part.token);
  }
}

/** The token stands at the head of an answer: the next part is asked for while the objects of this one still arrive. */
async function readPart(ask: Ask, goOn: (token: string) => Ask, count: number): Promise<Part> {
  let next: Promise<Part> | undefined;
  const answer = await ask((token) => {
    if (count === 1) return;
    next = readPart(goOn(token), goOn, count - 1);
    // If this part fails, nobody waits for the next one.
    next.catch(() => undefined);
  });
  return { ...toPart(answer), next };
}

function toPart(answer: unknown): Omit<Part, 'next'> {
  // No object at all: the server leaves the result out.
  const result = RetrieveResult.safeParse(answer ?? {});
  if (!result.success) throw new PostError('odd_answer', true, 'the answer is no RetrieveResult');
  const { objects = [], token } = result.data;
  for (const object of objects) checkSession(object);
  return { objects, token };
}
