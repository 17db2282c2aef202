/** Sends a picture as SVG to whoever does not have it yet. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Picture } from './handler.ts';

export async function sendPicture(
  request: FastifyRequest,
  reply: FastifyReply,
  { etag, draw }: Picture,
): Promise<FastifyReply> {
  const tag = `"${etag}"`;
  // A copy may be kept, and is asked for again before every use.
  reply.header('etag', tag).header('cache-control', 'private, no-cache');
  if (named(request.headers['if-none-match']).includes(tag)) return reply.code(304).send();
  return reply.type('image/svg+xml; charset=utf-8').send(await draw());
}

/** The tags of an If-None-Match header; weak ones count as well (RFC 9110, 13.1.2). */
function named(header: string | undefined): string[] {
  return (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
}
