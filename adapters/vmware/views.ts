/**
 * Views of all objects of some types.
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.view.ViewManager.html
 */
import { MoRef } from './schema.ts';
import type { Login } from './session.ts';
import { PostError } from './soap/post.ts';
import { toShape } from './soap/shape.ts';
import type { SoapClient } from './soap/soap-client.ts';
import { toWireRef } from './soap/to-wire.ts';

/** Runs work over a view of all objects of some types, and takes the view away again. */
export async function withView<T>(
  soap: SoapClient,
  login: Login,
  { types, signal }: { types: readonly string[]; signal: AbortSignal },
  work: (view: MoRef) => Promise<T>,
): Promise<T> {
  const view = await createView(soap, login, { types, signal });
  try {
    return await work(view);
  } finally {
    await destroyView(soap, view);
  }
}

/** What is left over of a session ends with it, so a failure here is none of the work's. */
export async function destroyView(soap: SoapClient, view: MoRef): Promise<void> {
  const args = { _this: toWireRef(view) };
  const signal = AbortSignal.timeout(2_000);
  await soap.call({ operation: 'DestroyView', args, signal }).catch(() => undefined);
}

export async function createView(
  soap: SoapClient,
  { content }: Login,
  { types, signal }: { types: readonly string[]; signal: AbortSignal },
): Promise<MoRef> {
  if (!content.viewManager) throw new PostError('odd_answer', true, 'no view manager');
  const args = {
    _this: toWireRef(content.viewManager),
    container: toWireRef(content.rootFolder),
    type: types,
    recursive: true,
  };
  const operation = 'CreateContainerView';
  return toReference(await soap.call({ operation, args, returns: toShape(MoRef), signal }));
}

/** A reference that a call returned. */
export function toReference(answer: unknown): MoRef {
  const ref = MoRef.safeParse(answer);
  if (!ref.success) throw new PostError('odd_answer', true, 'the answer is no reference');
  return ref.data;
}
