import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Router } from 'express';

const folder = fileURLToPath(new URL('page', import.meta.url));
const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

/**
 * Serves the page's own files and the Adaptive Cards renderer, each by its exact name: no address becomes a path on
 * the disk.
 */
export async function createPageRoutes(): Promise<Router> {
  const routes = Router({ caseSensitive: true, strict: true });
  for (const name of await readdir(folder)) {
    const address = name === 'index.html' ? '/' : `/${name}`;
    addFile(routes, address, await readFile(join(folder, name)));
  }
  const renderer = createRequire(import.meta.url).resolve(
    'adaptivecards/dist/adaptivecards.min.js',
  );
  addFile(routes, '/adaptivecards.min.js', await readFile(renderer));
  return routes;
}

function addFile(routes: Router, address: string, content: Buffer): void {
  const type = contentTypes[extname(address === '/' ? 'index.html' : address)];
  if (type === undefined) throw new Error(`The page has no content type for ${address}`);
  routes.get(address, (_request, response) => {
    // Asked again each time, answered "not modified" while it is.
    response.type(type).set('cache-control', 'no-cache').send(content);
  });
}
