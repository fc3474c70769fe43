/** The part of a command that can be completed; see `Command`. */
export interface Completable {
  readonly name: string;
  readonly arguments?: readonly { readonly name: string }[];
  readonly options?: readonly { readonly flags: string }[];
}

export const shells = ['bash', 'zsh'] as const;
export type Shell = (typeof shells)[number];

/** What may follow the words of a command line so far. */
interface Place {
  readonly words: string[];
  readonly flags: string[];
  /** Those of the flags that a value follows. */
  readonly valued: string[];
  /** A file or a directory may come. */
  files: boolean;
}

const isFile = (name: string): boolean => /^(FILE|DIR)/i.test(name);

/** The flags of an option as commander writes them: `-f, --friendly-name <name>`. */
const flagsOf = (flags: string): readonly string[] => flags.match(/--?[a-z][a-z-]*/g) ?? [];

/** By the words so far, what may follow them. */
function placesOf(commands: readonly Completable[]): Map<string, Place> {
  const places = new Map<string, Place>();
  const placeOf = (path: string): Place => {
    let known = places.get(path);
    if (known === undefined) places.set(path, (known = { words: [], flags: [], valued: [], files: false }));
    return known;
  };
  for (const { name, arguments: args = [], options = [] } of commands) {
    const words = name.split(' ');
    words.forEach((word, depth) => {
      const above = placeOf(words.slice(0, depth).join(' '));
      if (!above.words.includes(word)) above.words.push(word);
    });
    const place = placeOf(name);
    place.files = args.some((argument) => isFile(argument.name));
    for (const { flags } of options) {
      place.flags.push(...flagsOf(flags));
      if (flags.includes('<')) place.valued.push(...flagsOf(flags));
    }
  }
  return places;
}

/** `_strowger_at PATH` sets what may follow the words of PATH; both shells read it alike. */
function table(commands: readonly Completable[]): string {
  const cases = [...placesOf(commands)].map(([path, { words, flags, valued, files }]) => {
    const parts = [
      words.length === 0 ? '' : `known="${words.join(' ')}"`,
      flags.length === 0 ? '' : `flags+=" ${flags.join(' ')}"`,
      valued.length === 0 ? '' : `valued+=" ${valued.join(' ')}"`,
      files ? 'files=1' : '',
    ];
    return `    "${path}") ${parts.filter((part) => part !== '').join('; ')} ;;`;
  });
  return `_strowger_at() {
  known="" flags="--config --json --help" valued="--config" files=""
  case "$1" in
${cases.join('\n')}
  esac
}`;
}

/** Goes along the words before the one that is completed; then `skip` is the flag whose value that one is. */
const walk = `    if [[ -n $skip ]]; then skip=""
    elif [[ $word == -* ]]; then
      if [[ " $valued " == *" $word "* ]]; then skip="$word"; fi
    elif [[ " $known " == *" $word "* ]]; then
      at="\${at:+$at }$word"
      _strowger_at "$at"
    fi`;

const bash = `_strowger() {
  local known flags valued files at="" skip="" word i
  local current="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  _strowger_at ""
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
${walk}
  done
  if [[ $skip == --config ]]; then mapfile -t COMPREPLY < <(compgen -f -- "$current")
  elif [[ -n $skip ]]; then return
  elif [[ $current == -* ]]; then mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$current")
  elif [[ -n $known ]]; then mapfile -t COMPREPLY < <(compgen -W "$known" -- "$current")
  elif [[ -n $files ]]; then mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}
complete -o filenames -F _strowger strowger`;

const zsh = `_strowger() {
  local known flags valued files at="" skip="" word i
  _strowger_at ""
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
${walk}
  done
  if [[ $skip == --config ]]; then _files
  elif [[ -n $skip ]]; then return
  elif [[ \${words[CURRENT]} == -* ]]; then compadd -- \${=flags}
  elif [[ -n $known ]]; then compadd -- \${=known}
  elif [[ -n $files ]]; then _files
  fi
}
compdef _strowger strowger`;

/** What a shell reads to complete the words, options and files of every command. */
export const completionScript = (shell: Shell, commands: readonly Completable[]): string =>
  `${table(commands)}\n${shell === 'bash' ? bash : zsh}`;
