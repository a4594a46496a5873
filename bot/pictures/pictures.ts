/**
 * Pictures as PNG, each made once.
 *
 * A card never waits for a picture longer than a deadline and never fails for one: what cannot be made is told to
 * `onFault`, and the card is drawn as text. A thread that does not answer is ended, and the next picture begins another.
 */
import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { OperationError } from '#core/errors.ts';
import { within } from '../delivery/within.ts';
import type { Picture } from './picture.ts';
import { toSvg } from './picture-svg.ts';
import type { PngAnswer, PngOrder } from './png-worker.ts';

export interface Png {
  readonly hash: string;
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface Pictures {
  /** Undefined where it could not be made. */
  draw(picture: Picture, zoom: number): Promise<Png | undefined>;
  close(): Promise<void>;
}

export interface PicturesOptions {
  readonly onFault: (error: unknown) => void;
  readonly deadlineMs?: number | undefined;
  /** The thread's program; another one for tests. */
  readonly program?: URL | undefined;
}

/** Of its content and its size: the same picture has the same one, in every process. */
export function hashPicture(picture: Picture, zoom: number): string {
  return hashSvg(toSvg(picture), zoom);
}

function hashSvg(svg: string, zoom: number): string {
  return createHash('sha256').update(`${zoom} ${svg}`).digest('hex');
}

const defaultDeadlineMs = 10_000;
const keptPictures = 60;

export function createPictures(options: PicturesOptions): Pictures {
  const { onFault, deadlineMs = defaultDeadlineMs } = options;
  const made = new Map<string, Promise<Png | undefined>>();
  const thread = createThread(options.program ?? new URL('./png-worker.ts', import.meta.url));

  async function make(order: Omit<PngOrder, 'order'>, hash: string): Promise<Png | undefined> {
    try {
      const answer = await within(deadlineMs, thread.ask(order));
      if ('png' in answer) {
        const { png: bytes, width, height } = answer;
        return { hash, bytes, width, height };
      }
      throw toFault(answer);
    } catch (error) {
      if (isLate(error)) await thread.end();
      onFault(error);
      return undefined;
    }
  }

  function keep(hash: string, png: Promise<Png | undefined>): void {
    made.delete(hash); // the newest stand last
    made.set(hash, png);
    const [oldest] = made.keys();
    if (made.size > keptPictures && oldest !== undefined) made.delete(oldest);
    // What was not made is tried again when it is asked for again.
    void png.then((one) => {
      if (one === undefined && made.get(hash) === png) made.delete(hash);
    });
  }

  return {
    draw(picture, zoom) {
      const svg = toSvg(picture);
      const hash = hashSvg(svg, zoom);
      const found = made.get(hash) ?? make({ svg, letters: toLetters(picture), zoom }, hash);
      keep(hash, found);
      return found;
    },
    close: () => thread.end(),
  };
}

function toLetters({ shapes }: Picture): string {
  return shapes.map((one) => (one.shape === 'text' ? one.text : '')).join('');
}

function isLate(error: unknown): boolean {
  return error instanceof OperationError && error.code === 'time_limit_reached';
}

function toFault(answer: Exclude<PngAnswer, { png: Uint8Array }>): OperationError {
  const words = 'lacks' in answer ? `no letters for ${answer.lacks}` : answer.fault;
  return toUndrawn(new Error(words));
}

function toUndrawn(cause: unknown): OperationError {
  return new OperationError('unexpected', 'not_started', { what: 'picture' }, { cause });
}

/** One thread, begun when it is needed. It does not keep the process. */
function createThread(program: URL) {
  let worker: Worker | undefined;
  let orders = 0;
  const waiting = new Map<number, PromiseWithResolvers<PngAnswer>>();

  function begin(): Worker {
    const begun = new Worker(program);
    begun.unref();
    const fail = (cause?: unknown) => {
      if (worker === begun) worker = undefined;
      const fault = toUndrawn(cause ?? new Error('the thread that draws ended'));
      for (const [order, { reject }] of waiting) {
        waiting.delete(order);
        reject(fault);
      }
    };
    begun.on('error', fail);
    begun.on('exit', () => {
      if (worker === begun) fail();
    });
    begun.on('message', (answer: PngAnswer) => {
      waiting.get(answer.order)?.resolve(answer);
      waiting.delete(answer.order);
    });
    return begun;
  }

  return {
    ask(order: Omit<PngOrder, 'order'>): Promise<PngAnswer> {
      worker ??= begin();
      orders += 1;
      const asked = Promise.withResolvers<PngAnswer>();
      waiting.set(orders, asked);
      worker.postMessage({ ...order, order: orders } satisfies PngOrder);
      return asked.promise;
    },
    async end(): Promise<void> {
      const ended = worker;
      worker = undefined;
      const ending = new OperationError('cancelled', 'not_started', { what: 'picture' });
      for (const { reject } of waiting.values()) reject(ending);
      waiting.clear();
      await ended?.terminate();
    },
  };
}
