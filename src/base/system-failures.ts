/** What the operating system refuses: which code of the catalogue it is, and what an operator can do. */

const FAILURES = [
  {
    names: ['ENOSPC', 'EDQUOT', 'EFBIG'],
    text: /no space left|quota exceeded|file too large/i,
    code: 'disk-full',
    what: 'The disk is full, or a limit on space or on the size of a file is reached',
    advice: 'Free some space or raise the limit and try again; what was reported as done is kept.',
  },
  {
    names: ['EACCES', 'EPERM'],
    text: /permission denied|operation not permitted/i,
    code: 'file-not-permitted',
    what: 'The operating system does not permit it',
    advice:
      'Give this user the right to read and write the workspace (chown, chmod), or run as the user who owns it.',
  },
  {
    names: ['EROFS'],
    text: /read-only file system/i,
    code: 'file-not-permitted',
    what: 'The disk may only be read',
    advice: 'Mount it for writing, or move the workspace to a disk that can be written.',
  },
  {
    names: ['ETXTBSY', 'EBUSY'],
    text: /text file busy|resource busy/i,
    code: 'file-not-permitted',
    what: 'Another program is using it',
    advice: 'Wait until that program has ended, or stop it, and try again.',
  },
  {
    names: ['EISDIR', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENAMETOOLONG', 'ELOOP', 'EXDEV'],
    text: /is a directory|not a directory|no such file|file name too long|too many levels of symbolic links/i,
    code: 'path-unusable',
    what: 'A path cannot be used',
    advice:
      'Look at it: a folder may stand where a file should be, or a file where a folder should be, a link may lead ' +
      'nowhere or back to itself, a name may be too long, or somebody has moved it away. Put that right, or name ' +
      'another folder in config.json.',
  },
  {
    names: ['EMFILE', 'ENFILE'],
    text: /too many open files/i,
    code: 'too-many-files',
    what: 'No more files may be open at a time',
    advice: 'Raise the limit (ulimit -n, LimitNOFILE of systemd), or stop other programs, and try again.',
  },
  {
    names: ['ENOMEM'],
    text: /cannot allocate memory|out of memory/i,
    code: 'out-of-memory',
    what: 'There is not enough memory',
    advice:
      'Stop other programs, give the machine or container more memory, or lower "threads" in config.json.',
  },
  {
    names: ['EIO', 'ENXIO', 'ESTALE', 'EBADMSG', 'EUCLEAN', 'EREMOTEIO', 'ENODEV'],
    text: /input\/output error|stale file handle|structure needs cleaning/i,
    code: 'disk-failed',
    what: 'The disk, or the network that it is behind, gave an error',
    advice: 'Look at the log of the operating system (dmesg), check the disk or the mount, and try again.',
  },
  {
    names: ['EADDRINUSE', 'EADDRNOTAVAIL'],
    text: /address already in use/i,
    code: 'listen-refused',
    what: 'The server cannot listen there',
    advice: 'Another program has that port, or this machine does not have that address. Set another one.',
  },
] as const;

export type SystemFailure = Omit<(typeof FAILURES)[number], 'names' | 'text'>;

/** Codes whose cause is the machine or its disk, and not the data that was being read. */
const MACHINE: ReadonlySet<string> = new Set(FAILURES.map(({ code }) => code));

export function isMachineCode(code: string): boolean {
  return MACHINE.has(code);
}

/** What an error of a system call means, by its name such as EACCES; null for a name that says nothing to an operator. */
export function systemFailureOf(name: string): SystemFailure | null {
  return FAILURES.find(({ names }) => (names as readonly string[]).includes(name)) ?? null;
}

/** The same by the text of a library that keeps no name. */
export function systemFailureIn(message: string): SystemFailure | null {
  return FAILURES.find(({ text }) => text.test(message)) ?? null;
}
