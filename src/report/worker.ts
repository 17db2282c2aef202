/** The thread that draws: it imports the chart libraries when it starts, so that nobody waits for them. */
import { parentPort } from 'node:worker_threads';
import { type DrawAnswer, type DrawRequest, draw } from './draw.ts';

const port = parentPort;
port?.on('message', (request: DrawRequest) => {
  draw(request).then((answer: DrawAnswer) => {
    port.postMessage(answer, answer.kind === 'png' ? [answer.png.buffer as ArrayBuffer] : []);
  });
});
