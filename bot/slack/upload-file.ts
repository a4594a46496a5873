/**
 * Gives Slack a file that belongs to Drover alone until a message shows it.
 *
 * Three calls, one try each. Where one is not answered, a file may be there that nothing shows: nobody sees it, so it is
 * left, and whoever needs the picture again uploads it anew.
 *
 * @see https://docs.slack.dev/messaging/working-with-files
 */
import { OperationError } from '#core/errors.ts';
import { Done, UploadAnswer } from './schema.ts';
import type { SlackApi } from './slack-api.ts';

export interface FileToUpload {
  readonly name: string;
  readonly title: string;
  readonly alt: string;
  readonly bytes: Uint8Array;
}

export type UploadFile = (file: FileToUpload) => Promise<string>;

export interface UploadOptions {
  readonly api: SlackApi;
  /** Where it is on this machine, in clear, files may be too. */
  readonly apiUrl: string;
  readonly timeoutMs: number;
}

/** @throws OperationError as a call does; `not_permitted_on_platform` (refused) without the scope `files:write`. */
export function createUploadFile({ api, apiUrl, timeoutMs }: UploadOptions): UploadFile {
  const isHere = new URL(apiUrl).protocol === 'http:';
  return async ({ name, title, alt, bytes }) => {
    const asked = { filename: name, length: bytes.length, alt_txt: alt };
    const place = await api.call('files.getUploadURLExternal', asked, UploadAnswer);
    const url = new URL(place.upload_url);
    if (url.protocol !== 'https:' && !isHere) throw toFault('refused', 'an upload without TLS');
    await send(url, bytes, timeoutMs);
    const files = [{ id: place.file_id, title }];
    await api.call('files.completeUploadExternal', { files }, Done);
    return place.file_id;
  };
}

async function send(url: URL, bytes: Uint8Array, timeoutMs: number): Promise<void> {
  const headers = { 'content-type': 'application/octet-stream' };
  const signal = AbortSignal.timeout(timeoutMs);
  // The address is its own ticket: no token goes along.
  const order = {
    method: 'POST',
    headers,
    body: Buffer.from(bytes),
    redirect: 'error',
    signal,
  } as const;
  const answer = await fetch(url, order).catch((cause: unknown) => {
    throw toFault('unknown', 'the upload was not answered', cause);
  });
  await answer.body?.cancel();
  if (!answer.ok) throw toFault('refused', `the upload was answered with ${answer.status}`);
}

function toFault(end: 'refused' | 'unknown', words: string, cause?: unknown): OperationError {
  const code = end === 'unknown' ? 'no_answer' : 'platform_refused';
  return new OperationError(code, end, { connection: 'Slack', words }, { cause });
}
