import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aliasCommand } from './alias-command.ts';

/** What a shell makes of the words of a command after "tidewatch". */
function shellWords(command: string): string[] {
  const script = `tidewatch() { printf '%s\\0' "$@"; }; ${command}`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('aliasCommand', () => {
  it('quotes what a shell would take apart', () => {
    expect(aliasCommand([{ column: 'Supp Calls', as: 'support_calls' }])).toBe(
      'tidewatch columns alias "Supp Calls" support_calls',
    );
    expect(aliasCommand([{ column: '-x', as: 'x' }])).toBe('tidewatch columns alias -- -x x');
  });

  it('reaches the command as it was, whatever the names', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(name, name, (column, as) => {
        const command = aliasCommand([{ column, as }]);
        if (command === null) return;
        expect(shellWords(command).filter((word) => word !== '--')).toEqual(
          ['columns', 'alias', column, as].filter((word) => word !== '--'),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('is none where there is nothing to name, or a name has a line break', () => {
    expect(aliasCommand([])).toBeNull();
    expect(aliasCommand([{ column: 'a\nb', as: 'ab' }])).toBeNull();
  });
});
