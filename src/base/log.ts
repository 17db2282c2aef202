/** The log: one JSON object a line on standard error (or a file), for operators and machines. */

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** The little of a logger that the code needs; pino's logger fits it. */
export interface Log {
  debug(details: object, message?: string): void;
  info(details: object, message?: string): void;
  warn(details: object, message?: string): void;
  error(details: object, message?: string): void;
}

const nothing = (): void => {};

/** A log that keeps nothing. */
export const silentLog: Log = Object.freeze({ debug: nothing, info: nothing, warn: nothing, error: nothing });

/** A pino logger on standard error; secrets that could reach it are redacted by name. */
export async function createLog(level: LogLevel): Promise<Log> {
  if (level === 'silent') return silentLog;
  const { pino, destination } = await import('pino');
  // Named, since pino's own type has an index signature that would make it look like a promise.
  const logger: Log = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      redact: {
        paths: ['key', 'password', 'authorization', '*.key', '*.password', '*.authorization'],
        censor: '[redacted]',
      },
    },
    destination({ dest: 2, sync: true }),
  );
  return logger;
}
