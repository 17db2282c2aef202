/**
 * Preloaded into a process (NODE_OPTIONS=--import): lets its wall clock and the timers of its schedule go CLOCK_SPEED
 * times as fast, so that a schedule by the minute can be watched for seconds, and puts the clock CLOCK_DAYS on.
 */
const speed = Number(process.env.CLOCK_SPEED ?? 1);
const RealDate = Date;
const start = RealDate.now();
const ahead = Number(process.env.CLOCK_DAYS ?? 0) * 86_400_000;
const now = () => start + ahead + Math.floor((RealDate.now() - start) * speed);

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
