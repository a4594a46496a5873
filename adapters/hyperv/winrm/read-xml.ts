/**
 * Reads an answer into plain elements, by local names: hosts choose their prefixes. The XML itself is read by saxes, which
 * knows no entities but the five of XML and opens no document type.
 */
import { SaxesParser } from 'saxes';

export interface Element {
  /** Without its prefix. */
  readonly name: string;
  /** By name without prefix. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

interface OpenElement {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: Element[];
  readonly texts: string[];
}

/** `undefined`: no well-formed XML. */
export function readXml(xml: string): Element | undefined {
  const root: OpenElement = { name: '', attributes: {}, children: [], texts: [] };
  const open: OpenElement[] = [root];
  let isBroken = false;
  const parser = new SaxesParser({ xmlns: true });
  // What it says may hold a piece of the answer; that it is none is enough.
  parser.on('error', () => {
    isBroken = true;
  });
  parser.on('doctype', () => {
    isBroken = true;
  });
  parser.on('opentag', ({ local, attributes }) => {
    const named = Object.values(attributes).map((it) => [it.local, it.value] as const);
    open.push({ name: local, attributes: Object.fromEntries(named), children: [], texts: [] });
  });
  parser.on('text', (text) => open.at(-1)?.texts.push(text));
  parser.on('cdata', (text) => open.at(-1)?.texts.push(text));
  parser.on('closetag', () => {
    const closed = open.pop();
    const { name, attributes, children, texts } = closed ?? root;
    open.at(-1)?.children.push({ name, attributes, children, text: texts.join('') });
  });
  parser.write(xml).close();
  return isBroken ? undefined : root.children[0];
}

/** Goes down a path of names, each the first of its name. */
export function find(
  element: Element | undefined,
  ...path: readonly string[]
): Element | undefined {
  let found = element;
  for (const name of path) found = found?.children.find((child) => child.name === name);
  return found;
}
