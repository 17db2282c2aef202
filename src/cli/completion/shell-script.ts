/** Completion scripts for bash, zsh and fish, made from what may stand where. */
import type { CommandWords, OptionWords, ValueKind } from './command-words.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The script that a shell sources. */
export function renderCompletion(commands: readonly CommandWords[], shell: Shell): string {
  if (shell === 'fish') return renderFish(commands);
  return shell === 'bash' ? renderBash(commands) : renderZsh(commands);
}

const BASH = `# Completion of tidewatch for bash; made by "tidewatch completion bash".
_tidewatch() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path="" workspace="." i
  if [[ "$cur" == "=" ]]; then cur=""; elif [[ "$prev" == "=" ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      -w|--workspace) workspace="\${COMP_WORDS[i+1]}" ;;
    esac
    case "$path/\${COMP_WORDS[i]}" in
@PATHS@
    esac
  done
  _tidewatch_value() {
    case "$1" in
      folder) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
      file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
      model) mapfile -t COMPREPLY < <(compgen -W "$(tidewatch completion --words models -w "$workspace" 2>/dev/null)" -- "$cur") ;;
      none) ;;
      *) mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur") ;;
    esac
  }
  case "$path:$prev" in
@VALUES@
  esac
  case "$path" in
@WORDS@
  esac
}
complete -F _tidewatch tidewatch
`;

function renderBash(commands: readonly CommandWords[]): string {
  return BASH.replace('@PATHS@', pathCases(commands))
    .replace(
      '@VALUES@',
      valueCases(commands, (value) => `_tidewatch_value ${quote(value)}; return`),
    )
    .replace(
      '@WORDS@',
      wordCases(
        commands,
        (options, words, value) =>
          `if [[ "$cur" == -* ]]; then _tidewatch_value ${quote(options)}; else _tidewatch_value ${quote(words || value)}; fi`,
      ),
    );
}

const ZSH = `#compdef tidewatch
# Completion of tidewatch for zsh; made by "tidewatch completion zsh".
_tidewatch_value() {
  case "$1" in
    folder) _files -/ ;;
    file) _files ;;
    model) compadd -- \${(f)"$(tidewatch completion --words models -w "$2" 2>/dev/null)"} ;;
    none) ;;
    *) compadd -- \${=1} ;;
  esac
}
_tidewatch() {
  local cur="\${words[CURRENT]}" prev="\${words[CURRENT-1]}" route="" workspace="." i
  for ((i = 2; i < CURRENT; i++)); do
    case "\${words[i]}" in
      -w|--workspace) workspace="\${words[i+1]}" ;;
    esac
    case "$route/\${words[i]}" in
@PATHS@
    esac
  done
  case "$route:$prev" in
@VALUES@
  esac
  case "$route" in
@WORDS@
  esac
}
if [[ "$funcstack[1]" == _tidewatch ]]; then _tidewatch "$@"; else compdef _tidewatch tidewatch; fi
`;

function renderZsh(commands: readonly CommandWords[]): string {
  // "path" is zsh's own name for PATH, so the words so far go by another.
  return ZSH.replace('@PATHS@', pathCases(commands).replaceAll('path=', 'route='))
    .replace(
      '@VALUES@',
      valueCases(commands, (value) => `_tidewatch_value ${quote(value)} "$workspace"; return`),
    )
    .replace(
      '@WORDS@',
      wordCases(
        commands,
        (options, words, value) =>
          `if [[ "$cur" == -* ]]; then compadd -- ${options}; else _tidewatch_value ${quote(words || value)} "$workspace"; fi`,
      ),
    );
}

/** Where each command leads from the commands before it. */
function pathCases(commands: readonly CommandWords[]): string {
  return commands
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => {
      const before = path.slice(0, -1).join(' ');
      return `      ${quote(`${before}/${path.at(-1)}`)}) path=${quote(path.join(' '))} ;;`;
    })
    .join('\n');
}

/** What is offered after an option that takes a value; options of the same kind share a line. */
function valueCases(commands: readonly CommandWords[], act: (value: string) => string): string {
  const places = new Map<string, string[]>();
  for (const { path, options } of commands) {
    for (const { flags, value } of options) {
      if (value === null) continue;
      const keys = flags.map((flag) => quote(`${path.join(' ')}:${flag}`));
      places.set(wordOf(value), [...(places.get(wordOf(value)) ?? []), ...keys]);
    }
  }
  return [...places].map(([value, keys]) => `    ${keys.join('|')}) ${act(value)} ;;`).join('\n');
}

function wordCases(
  commands: readonly CommandWords[],
  act: (options: string, words: string, value: string) => string,
): string {
  return commands
    .map(({ path, subcommands, options, value }) => {
      const flags = options.flatMap((option) => option.flags).join(' ');
      const words = subcommands.map(({ name }) => name).join(' ');
      return `    ${quote(path.join(' '))}) ${act(flags, words, wordOf(value))} ;;`;
    })
    .join('\n');
}

function wordOf(value: ValueKind): string {
  return value.kind === 'choices' ? value.choices.join(' ') : value.kind;
}

function renderFish(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap((command) => {
    const { path, subcommands, options, value } = command;
    const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`);
    const names = subcommands.map(({ name }) => name);
    const none = names.length === 0 ? [] : [`not __fish_seen_subcommand_from ${names.join(' ')}`];
    const here = [...seen, ...none].join('; and ');
    return [
      ...subcommands.map(
        ({ name, description }) =>
          `complete -c tidewatch -n ${quote(here)} -a ${name} -d ${quote(description)}`,
      ),
      ...(value.kind === 'none' || names.length > 0
        ? []
        : [`complete -c tidewatch -n ${quote(here)} ${fishValue(value)}`]),
      ...options.map((option) => fishOption(option, here)),
    ];
  });
  return [
    '# Completion of tidewatch for fish; made by "tidewatch completion fish".',
    'complete -c tidewatch -f',
    ...lines,
    '',
  ].join('\n');
}

function fishOption({ flags, description, value }: OptionWords, here: string): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const takes = value === null ? '' : ` -r ${fishValue(value)}`;
  return `complete -c tidewatch -n ${quote(here)} ${names.join(' ')} -d ${quote(description)}${takes}`.trimEnd();
}

function fishValue(value: ValueKind): string {
  if (value.kind === 'choices') return `-f -a ${quote(value.choices.join(' '))}`;
  if (value.kind === 'folder') return "-f -a '(__fish_complete_directories)'";
  if (value.kind === 'file') return '-F';
  return value.kind === 'model' ? "-f -a '(tidewatch completion --words models 2>/dev/null)'" : '-f';
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
