/** The one error class of the system and the catalogue that gives each code its exit code and HTTP status. */

import { isMachineCode, type SystemFailure, systemFailureOf } from './system-failures.ts';

/** Exit codes of the command line, documented in docs/errors.md. */
export const EXIT = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  data: 3,
  locked: 4,
  absent: 5,
  remote: 6,
  state: 7,
  unhealthy: 8,
  attention: 9,
  interrupted: 130,
} as const;

export interface ErrorEntry {
  readonly exit: number;
  readonly http: number;
  /** What the code means, in one sentence, for docs/errors.md. */
  readonly meaning: string;
}

/** Every code that the system can answer with. A test holds docs/errors.md equal to it. */
export const CATALOGUE = {
  internal: {
    exit: EXIT.unexpected,
    http: 500,
    meaning: 'Something that should not happen did; the cause and a stack are in the log.',
  },
  usage: { exit: EXIT.usage, http: 400, meaning: 'The command line was not understood.' },
  'config-missing': { exit: EXIT.usage, http: 500, meaning: 'The workspace has no config.json.' },
  'config-invalid': {
    exit: EXIT.usage,
    http: 500,
    meaning:
      'config.json is not JSON in UTF-8, a key is unknown, missing or out of range, or two keys contradict each other.',
  },
  'path-outside-workspace': {
    exit: EXIT.usage,
    http: 403,
    meaning: 'A path leads outside the workspace, or outside its data folders.',
  },
  'workspace-exists': {
    exit: EXIT.usage,
    http: 409,
    meaning: 'A workspace is already there and would be overwritten.',
  },
  'input-empty': {
    exit: EXIT.data,
    http: 422,
    meaning: 'A folder holds no data file, or its files hold no rows.',
  },
  'input-unreadable': {
    exit: EXIT.data,
    http: 422,
    meaning:
      'A file could not be read as the format its name says, or is no file: a pipe, a device, a link that leads out of the workspace.',
  },
  'column-missing': {
    exit: EXIT.data,
    http: 422,
    meaning: 'A column that the configuration names is not in the data.',
  },
  'value-invalid': { exit: EXIT.data, http: 422, meaning: 'A value has the wrong type or is out of range.' },
  'too-many-rejected': {
    exit: EXIT.data,
    http: 422,
    meaning: 'More rows were quarantined than max_rejected_share allows.',
  },
  'rows-do-not-add-up': {
    exit: EXIT.data,
    http: 500,
    meaning: 'read = kept + duplicates + quarantined does not hold, so nothing was written.',
  },
  'input-changed': { exit: EXIT.data, http: 409, meaning: 'A file changed while it was being read.' },
  'too-few-rows': { exit: EXIT.data, http: 422, meaning: 'There are not enough rows for what was asked.' },
  'too-many-rows': {
    exit: EXIT.data,
    http: 422,
    meaning: 'What was asked needs more rows one by one than the engine brings out of its database.',
  },
  'one-class': {
    exit: EXIT.data,
    http: 422,
    meaning: 'The target has a single value, so there is nothing to learn or to score.',
  },
  'nothing-labelled': {
    exit: EXIT.data,
    http: 422,
    meaning: 'No row has a label that is final, so there is nothing to learn or to score.',
  },
  'not-converged': { exit: EXIT.data, http: 500, meaning: 'The optimiser did not reach its tolerance.' },
  'model-invalid': {
    exit: EXIT.data,
    http: 500,
    meaning: 'A model file is damaged, or of a format that this version does not read.',
  },
  'export-differs': {
    exit: EXIT.data,
    http: 500,
    meaning: 'An exported model did not score rows as the model itself does, so it was not handed out.',
  },
  'snapshot-damaged': {
    exit: EXIT.data,
    http: 500,
    meaning: 'A file of the compiled data is damaged.',
  },
  'kept-rows-damaged': {
    exit: EXIT.data,
    http: 500,
    meaning:
      'A file of rows that a model was watched on is missing or damaged, so they cannot be told from new ones.',
  },
  'deployment-damaged': {
    exit: EXIT.data,
    http: 500,
    meaning: 'The deployed files do not match their manifest.',
  },
  'run-locked': { exit: EXIT.locked, http: 409, meaning: 'Another run holds the lock of this workspace.' },
  'lease-lost': {
    exit: EXIT.locked,
    http: 409,
    meaning:
      'A run stood still past its lock and another one took over; what it would have written was refused.',
  },
  'run-abandoned': {
    exit: EXIT.state,
    http: 500,
    meaning: 'In records of runs: the run never recorded how it ended, and the next one found it so.',
  },
  'nothing-ingested': { exit: EXIT.absent, http: 404, meaning: 'No data has been ingested yet.' },
  'nothing-trained': { exit: EXIT.absent, http: 404, meaning: 'No model has been trained yet.' },
  'nothing-scored': { exit: EXIT.absent, http: 404, meaning: 'The trained model has not been scored yet.' },
  'nothing-deployed': { exit: EXIT.absent, http: 503, meaning: 'No model is deployed yet.' },
  'not-found': { exit: EXIT.absent, http: 404, meaning: 'There is nothing under that name.' },
  unauthorized: { exit: EXIT.remote, http: 401, meaning: 'The API key is missing or wrong.' },
  'request-invalid': { exit: EXIT.remote, http: 400, meaning: 'The request does not fit the API.' },
  'method-not-allowed': {
    exit: EXIT.remote,
    http: 405,
    meaning: 'The path is there, but does not take that method; the Allow header names those it takes.',
  },
  'content-type-unknown': {
    exit: EXIT.remote,
    http: 415,
    meaning: 'The body is of a content type that the API does not read.',
  },
  'headers-too-large': {
    exit: EXIT.remote,
    http: 431,
    meaning: 'The path and the headers of a request are larger than the server takes.',
  },
  'request-too-large': {
    exit: EXIT.remote,
    http: 413,
    meaning: 'The request is larger than the server takes.',
  },
  'too-many-requests': { exit: EXIT.remote, http: 429, meaning: 'Too many requests in a short time.' },
  'server-unreachable': { exit: EXIT.remote, http: 502, meaning: 'The server did not answer.' },
  'call-failed': { exit: EXIT.remote, http: 502, meaning: 'The server answered a call with an error.' },
  'listen-refused': {
    exit: EXIT.usage,
    http: 500,
    meaning: 'The server may not listen there, or the port is taken.',
  },
  'store-unavailable': {
    exit: EXIT.state,
    http: 503,
    meaning: 'The state store cannot be opened, read or written.',
  },
  'record-invalid': {
    exit: EXIT.state,
    http: 500,
    meaning: 'A record of the state store is damaged, or of a format that this version does not read.',
  },
  'workspace-read-only': {
    exit: EXIT.state,
    http: 503,
    meaning: 'The workspace may only be read, and what was asked would be recorded in it.',
  },
  'source-unavailable': {
    exit: EXIT.remote,
    http: 502,
    meaning: 'A database that rows come from, or scores go to, cannot be reached or refused what was asked.',
  },
  'out-of-memory': {
    exit: EXIT.state,
    http: 507,
    meaning: 'A computation needs more memory than can be had.',
  },
  'disk-full': { exit: EXIT.state, http: 507, meaning: 'The disk is full, or a quota is reached.' },
  'disk-failed': { exit: EXIT.state, http: 500, meaning: 'The disk gave an error.' },
  'file-not-permitted': {
    exit: EXIT.state,
    http: 500,
    meaning: 'The operating system does not permit a file or folder to be read or written.',
  },
  'path-unusable': {
    exit: EXIT.state,
    http: 500,
    meaning:
      'A path cannot be used: a folder is where a file should be or the reverse, a link leads nowhere, a name is too ' +
      'long, or a file has gone.',
  },
  'too-many-files': {
    exit: EXIT.state,
    http: 503,
    meaning: 'The process may open no more files.',
  },
  'command-missing': {
    exit: EXIT.absent,
    http: 500,
    meaning: 'A program of the operating system that is needed is not there.',
  },
  'command-failed': {
    exit: EXIT.absent,
    http: 500,
    meaning: 'A program of the operating system that is needed refused or failed.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof CATALOGUE;

export interface ErrorDetails {
  readonly [key: string]: unknown;
}

/**
 * An error a person can act on: the message says what happened, where, what was got, what was expected and
 * what to do; `details` says the same to a program.
 */
export class TidewatchError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TidewatchError';
    this.code = code;
    this.details = options.details ?? {};
  }

  get exit(): number {
    return CATALOGUE[this.code].exit;
  }

  get http(): number {
    return CATALOGUE[this.code].http;
  }
}

/**
 * Gives any thrown value the shape of a TidewatchError; one that is already is returned as it is. What the operating
 * system has refused, here or in a cause, is told with its code and with what to do.
 */
export function asTidewatchError(error: unknown): TidewatchError {
  if (error instanceof TidewatchError && error.code !== 'internal') return error;
  for (let each: unknown = error, depth = 0; each instanceof Error && depth < 8; each = each.cause, depth++) {
    const failure = isErrno(each) ? systemFailureOf(each.code ?? '') : null;
    if (failure !== null) return systemError(failure, each.message, error);
  }
  if (error instanceof TidewatchError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (isOutOfMemory(error)) {
    return new TidewatchError(
      'out-of-memory',
      `The process has no memory left (${message}). Close other programs, give the machine or the container more, or ` +
        'do with less data; what was reported as done is kept.',
      { cause: error },
    );
  }
  return new TidewatchError('internal', message, { cause: error });
}

/** The error for what the system has refused; `message` is the system's own. */
export function systemError(failure: SystemFailure, message: string, cause: unknown): TidewatchError {
  return new TidewatchError(failure.code, `${failure.what} (${message.trim()}). ${failure.advice}`, {
    cause,
  });
}

/** Whether a thrown value is the fault of the machine or its disk, and not of the data that was being read. */
export function isMachineFailure(error: unknown): boolean {
  return isMachineCode(asTidewatchError(error).code);
}

/** Whether an array could not be made, the heap of a thread was full, or the system gave no memory. */
function isOutOfMemory(error: unknown): boolean {
  if (isErrno(error) && (error.code === 'ENOMEM' || error.code === 'ERR_WORKER_OUT_OF_MEMORY')) return true;
  return error instanceof RangeError && /allocation failed|Invalid typed array length/.test(error.message);
}

/** True for the errors of Node's system calls, whose `code` is a name such as ENOENT. */
export function isErrno(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
