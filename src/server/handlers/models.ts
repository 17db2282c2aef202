/** Every model that was trained, and all about one. */
import { listModels, showModel } from '../../pipeline/models/model-history.ts';
import type { WithLive } from '../../pipeline/resources.ts';
import type { modelRoutes } from '../contract/models.ts';
import type { Handlers } from '../handler.ts';
import { pageOf } from './page-of.ts';

export function modelHandlers(resources: WithLive): Handlers<typeof modelRoutes> {
  return {
    models: ({ query }) => listModels(resources, pageOf(query)),
    model: async ({ params }) => {
      const model = await showModel(resources, params.version);
      return { ...model, certificate: { ...model.certificate } };
    },
  };
}
