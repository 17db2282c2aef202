/** What the compiled kernels export. */
export { partition } from './lead';
export { quit, run, serve } from './team';
