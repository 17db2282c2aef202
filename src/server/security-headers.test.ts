import helmet from '@fastify/helmet';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { SECURITY_HEADERS } from './security-headers.ts';

it('the security headers are those of Helmet for the same policy, and keep no answer', async () => {
  const app = Fastify();
  const [own, none] = ["'self'", "'none'"];
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: [none],
        scriptSrc: [own],
        styleSrc: [own],
        imgSrc: [own, 'data:'],
        fontSrc: [own],
        connectSrc: [own],
        formAction: [own],
        baseUri: [none],
        frameAncestors: [none],
      },
    },
    frameguard: { action: 'deny' },
    strictTransportSecurity: { includeSubDomains: false },
  });
  app.get('/', (_request, reply) => reply.raw.getHeaders());
  const answer = await app.inject('/');
  await app.close();
  expect(SECURITY_HEADERS).toEqual({ ...answer.json<Record<string, string>>(), 'cache-control': 'no-store' });
});
