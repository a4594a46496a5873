/** One event of a stream; `event` is `comment` for a comment line. */
export interface StreamEvent {
  readonly event: string;
  readonly data: string;
}

/** Reads server-sent events as a browser does. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  let rest = '';
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + part).split('\n\n');
    rest = blocks.pop() ?? '';
    yield* blocks.map(toEvent);
  }
}

function toEvent(block: string): StreamEvent {
  if (block.startsWith(':')) return { event: 'comment', data: block.slice(1).trim() };
  const event = /^event: (.*)$/m.exec(block)?.[1] ?? 'message';
  return { event, data: /^data: (.*)$/m.exec(block)?.[1] ?? '' };
}
