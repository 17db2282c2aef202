/** What the compiled kernels export. */
export { partition } from './partition';
export { quit, run, serve } from './team';
