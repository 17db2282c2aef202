/** Sends an answer as a CSV file. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { CsvFile } from './handler.ts';

export async function sendCsv(reply: FastifyReply, { name, text }: CsvFile): Promise<FastifyReply> {
  const body = typeof text === 'string' ? text : await begun(text);
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(body);
}

/** What cannot be answered shows with the first chunk, while the answer can still be an error. */
async function begun(text: AsyncIterable<string>): Promise<Readable> {
  const chunks = text[Symbol.asyncIterator]();
  return Readable.from(withFirst(await chunks.next(), chunks));
}

async function* withFirst<T>(first: IteratorResult<T>, rest: AsyncIterator<T>): AsyncGenerator<T> {
  for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
}
