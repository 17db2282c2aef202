/**
 * Preloaded into the server (NODE_OPTIONS=--import): lets its wall clock and the timers of its schedule go CLOCK_SPEED
 * times as fast, so that a schedule by the minute can be watched for seconds.
 */
const speed = Number(process.env.CLOCK_SPEED ?? 1);
const RealDate = Date;
const start = RealDate.now();
const now = () => start + Math.floor((RealDate.now() - start) * speed);

globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [now()] : args));
  }

  static now() {
    return now();
  }
};
const { setTimeout } = globalThis;
globalThis.setTimeout = (body, delay = 0, ...args) => {
  const scheduled = new Error().stack.includes('/croner/');
  return setTimeout(body, scheduled ? delay / speed : delay, ...args);
};
