/** Saves an answer of the API as a file; through a call, so that it bears the key. */
import { request } from './call.ts';

export async function download(path: string, name: string): Promise<void> {
  const answer = await request(path);
  const url = URL.createObjectURL(await answer.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the file up by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
