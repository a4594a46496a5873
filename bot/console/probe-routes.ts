import { Router } from 'express';

/** What monitoring reads, without a key: neither may say anything about a person or a VM. */
export interface Probes {
  readonly healthz?: () => Promise<{ readonly ok: boolean }>;
  /** In Prometheus' text format. */
  readonly metrics?: () => Promise<string>;
}

export function createProbeRoutes({ healthz, metrics }: Probes): Router {
  const routes = Router();
  if (healthz) {
    routes.get('/healthz', async (_request, response) => {
      const health = await healthz();
      response.status(health.ok ? 200 : 503).json(health);
    });
  }
  if (metrics) {
    routes.get('/metrics', async (_request, response) => {
      response.type('text/plain; version=0.0.4').send(await metrics());
    });
  }
  return routes;
}
