#!/bin/sh
# @name@ @version@: a self-extracting image. This text, then two gzip payloads: program, runtime.
# The first start checks and unpacks both into the user's cache, later ones look and `exec`.
# MUST 1: the program gets this process (pid, signals, stdin), the arguments and the environment.
# MUST 2: nothing is put in place before its SHA-256 is right, and putting in place is one rename.
# MUST 3: a place that others can change, or where no program can run, is passed over.

# Content-addressed names: images share a runtime, and a new version never meets an old file
_parlance_program='@program_file@'
_parlance_program_bytes=@program_bytes@
_parlance_runtime='@runtime_file@'
_parlance_runtime_bytes=@runtime_bytes@
_parlance_uid=

# neutral: forgets, in a subshell, what would make a tool below print or do something else, and a
# function that bash was given in the place of `cd`. The program gets its environment untouched.
_parlance_neutral() {
  unset -f cd
  # ls; gzip or pigz; tail and head; find; uname and others of BSD and macOS
  unset BLOCKSIZE BLOCK_SIZE LS_BLOCK_SIZE TIME_STYLE QUOTING_STYLE LS_COLORS LSCOLORS CLICOLOR \
    CLICOLOR_FORCE COLORTERM COLUMNS TABSIZE TZ CDPATH GZIP PIGZ POSIXLY_CORRECT _POSIX2_VERSION \
    FIND_BLOCK_SIZE COMMAND_MODE UNAME_m UNAME_r UNAME_s UNAME_v
  # shasum is a Perl program; openssl
  unset PERL5OPT PERL5LIB PERL5DB PERL5SHELL PERLLIB PERLIO PERL_UNICODE PERL_SIGNALS \
    OPENSSL_CONF OPENSSL_CONF_INCLUDE OPENSSL_ENGINES OPENSSL_MODULES
  LC_ALL=C
  export LC_ALL
}

# tool NAME ARGUMENT...: runs it so; `exec` also passes over functions and aliases
_parlance_tool() (
  _parlance_neutral
  exec "$@"
)

# nth N: sets _parlance_place to the Nth place to unpack to, fails where there is none
_parlance_nth() {
  if [ "$1" -eq 1 ]; then
    # A relative path in XDG_CACHE_HOME is to be ignored, says its specification
    case ${XDG_CACHE_HOME-} in
      /*) _parlance_place=$XDG_CACHE_HOME/parlance ;;
      *)
        case ${HOME-} in
          /*) _parlance_place=$HOME/@home_cache@/parlance ;;
          *) return 1 ;;
        esac
        ;;
    esac
    return 0
  fi
  case $1 in
    2) _parlance_place=${TMPDIR-} ;;
    3) _parlance_place=/tmp ;;
    4) _parlance_place=/var/tmp ;;
    5) _parlance_place=/dev/shm ;;
  esac
  case $_parlance_place in /*) ;; *) return 1 ;; esac
  [ -d "$_parlance_place" ] || return 1
  _parlance_uid=${_parlance_uid:-$(_parlance_tool id -u)}
  _parlance_place=$_parlance_place/parlance-$_parlance_uid
}

# look N PLACE: sets _parlance_seen to "d" for a place that only we can change, and "p", "r" for a
# whole program and runtime in it; fails without "d". One `ls` costs less than any checksum.
_parlance_look() {
  _parlance_seen=
  _parlance_mode='d????-??-*'
  # In a place shared with others a directory could be a trap: only a private one, no link
  if [ "$1" -gt 1 ]; then
    [ ! -L "$2" ] || return 1
    _parlance_mode='drwx------*'
  fi
  [ -d "$2" ] && [ -O "$2" ] || return 1
  # Nine words each: mode, links, user, group, size, month, day, time, name
  # shellcheck disable=SC2046 # split on purpose
  set -- $(
    exec 2>/dev/null
    _parlance_neutral
    cd "$2" && exec ls -lnd . "$_parlance_program" "$_parlance_runtime"
  )
  while [ $# -ge 9 ]; do
    case "$9 $5" in
      ". "*)
        # shellcheck disable=SC2254 # a pattern on purpose
        case $1 in $_parlance_mode) _parlance_seen=d$_parlance_seen ;; esac
        ;;
      "$_parlance_program $_parlance_program_bytes") _parlance_seen=${_parlance_seen}p ;;
      "$_parlance_runtime $_parlance_runtime_bytes") _parlance_seen=${_parlance_seen}r ;;
    esac
    shift 9
  done
  case $_parlance_seen in d*) ;; *) return 1 ;; esac
}

# names_files ARGUMENT...: says whether an argument or a variable may name a file to the program, and
# sets _parlance_settings to the file of its settings
_parlance_names_files() {
  _parlance_settings=@settings_variable@
  _parlance_named=@file_variables@
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    case $1 in
      @settings_option@) _parlance_settings=${2-} ;;
      @settings_option@=*) _parlance_settings=${1#*=} ;;
    esac
    case ${1%%=*} in @file_options@) _parlance_named=yes ;; esac
    shift
  done
  [ -n "$_parlance_named" ]
}

# start ARGUMENT...: replaces this shell by the program, run as a standalone binary would be
_parlance_start() {
  DENO_DIR=$_parlance_place/cache
  DENO_NO_UPDATE_CHECK=1
  export DENO_DIR DENO_NO_UPDATE_CHECK
  # These would make the runtime run something else, elsewhere, or under other permissions
  unset DENO_AUTH_TOKENS DENO_AUTO_SERVE DENO_CACHE_DB_MODE DENO_COMPAT DENO_CONDITIONS \
    DENO_CONNECTED DENO_COVERAGE_DIR DENO_EMIT_CACHE_MODE DENO_PERMISSION_BROKER_PATH \
    DENO_UNSTABLE_CONTROL_SOCK NODE_OPTIONS
  # The runtime takes a comma for the end of a path
  case ${HOME-} in
    *,*) _parlance_home= ;;
    *) _parlance_home=${HOME-} ;;
  esac
  _parlance_allowed=
  if _parlance_names_files "$@"; then
    # It may mean "read them again", also before the program can hear it
    trap '' HUP
    # The program knows best which files it will read; to say so, it may read its settings alone
    _parlance_allowed=$(
      exec "$_parlance_place/$_parlance_runtime" run @run_options@ \
        ${_parlance_settings:+"--allow-read=$_parlance_settings"} \
        "$_parlance_place/$_parlance_program" --permissions "$@" </dev/null
    ) || exit
  fi
  if [ -n "$_parlance_allowed" ]; then
    # One option a line
    set -f
    IFS='
'
  fi
  # shellcheck disable=SC2086 # lines on purpose
  exec "$_parlance_place/$_parlance_runtime" run @run_options@ $_parlance_allowed \
    @home_option@ \
    "$_parlance_place/$_parlance_program" "$@"
}

# The fast path: no payload is read, and the rest of this text is not even parsed
for _parlance_n in 1 2 3 4 5; do
  _parlance_nth "$_parlance_n" && [ -x "$_parlance_place/$_parlance_runtime" ] &&
    [ -r "$_parlance_place/$_parlance_program" ] &&
    _parlance_look "$_parlance_n" "$_parlance_place" && [ ${#_parlance_seen} -eq 3 ] &&
    _parlance_start "$@"
done

_parlance_fail() {
  printf '%s: %s\n' '@name@' "$1" >&2
  exit 1
}

# has_sum SUM: says whether the SHA-256 of stdin is SUM
_parlance_has_sum() {
  # shellcheck disable=SC2086 # words on purpose
  case $(_parlance_tool $_parlance_summer) in *"$1"*) ;; *) return 1 ;; esac
}

# payload program|runtime: writes it, unpacked, to stdout
_parlance_payload() {
  if [ "$1" = program ]; then
    _parlance_tool tail -c +@program_start@ <"$_parlance_self" |
      _parlance_tool head -c @program_gzip_bytes@
  else
    _parlance_tool tail -c +@runtime_start@ <"$_parlance_self"
  fi 2>/dev/null | _parlance_tool gzip -dc 2>/dev/null
}

# put program|runtime FILE SUM MODE: unpacks, checks, puts in place; fails for a fault of the place
_parlance_put() {
  if _parlance_payload "$1" 2>/dev/null >"$_parlance_tmp/$2" &&
    _parlance_has_sum "$3" <"$_parlance_tmp/$2"; then
    _parlance_tool chmod "$4" "$_parlance_tmp/$2" &&
      _parlance_tool mv -f "$_parlance_tmp/$2" "$_parlance_place/$2" 2>/dev/null
    return
  fi
  # A full disk, or a damaged image? A sum that never touches the disk tells
  _parlance_payload "$1" | _parlance_has_sum "$3" && return 1
  _parlance_clean
  _parlance_fail "Image \"$_parlance_self\" is damaged: its $1 has a wrong SHA-256"
}

_parlance_clean() {
  [ -z "$_parlance_tmp" ] || _parlance_tool rm -rf "$_parlance_tmp"
  _parlance_tmp=
}

# die SIGNAL: leaves nothing behind and dies of the signal, as the caller expects
_parlance_die() {
  _parlance_clean
  trap - "$1"
  kill -s "$1" $$
}

# fill N: unpacks what is missing in _parlance_place, the Nth; fails when that place is no good
_parlance_fill() {
  _parlance_tool mkdir -p "$_parlance_place" 2>/dev/null
  _parlance_look "$1" "$_parlance_place" || return 1
  # What killed starts left behind
  _parlance_tool find "$_parlance_place" -name 'unpack.*' -prune -mtime +1 \
    -exec rm -rf {} + 2>/dev/null
  _parlance_tmp=$(_parlance_tool mktemp -d "$_parlance_place/unpack.XXXXXXXX" 2>/dev/null) ||
    return 1
  # On a "noexec" mount no program runs: a small one tells before a large one is written
  {
    printf '#!/bin/sh\n' >"$_parlance_tmp/try" && _parlance_tool chmod 700 "$_parlance_tmp/try" &&
      "$_parlance_tmp/try"
  } 2>/dev/null || return 1
  [ "$_parlance_seen" != "${_parlance_seen#*r}" ] && [ -x "$_parlance_place/$_parlance_runtime" ] ||
    _parlance_put runtime "$_parlance_runtime" @runtime_sum@ 700 || return 1
  [ "$_parlance_seen" != "${_parlance_seen#*p}" ] && [ -r "$_parlance_place/$_parlance_program" ] ||
    _parlance_put program "$_parlance_program" @program_sum@ 600
}

_parlance_target="$(_parlance_tool uname -s) $(_parlance_tool uname -m)"
case $_parlance_target in
  @target_pattern@) ;;
  *) _parlance_fail "Image is for \"@target@\", not for \"$_parlance_target\"" ;;
esac
for _parlance_tool in gzip tail head ls mktemp; do
  command -v "$_parlance_tool" >/dev/null ||
    _parlance_fail "Cannot unpack without the program \"$_parlance_tool\""
done
if command -v sha256sum >/dev/null; then
  _parlance_summer=sha256sum
elif command -v shasum >/dev/null; then
  _parlance_summer='shasum -a 256'
elif command -v openssl >/dev/null; then
  _parlance_summer='openssl dgst -sha256'
else
  _parlance_fail 'Cannot check the image without "sha256sum", "shasum" or "openssl"'
fi
# `sh server` makes some shells look into the PATH, and say only "server"
_parlance_self=$0
[ -f "$_parlance_self" ] || _parlance_self=$(command -v -- "$0")
[ -f "$_parlance_self" ] && [ -r "$_parlance_self" ] ||
  _parlance_fail "Cannot read the image \"$0\""
[ "$(_parlance_tool wc -c <"$_parlance_self")" -eq @image_bytes@ ] ||
  _parlance_fail "Image \"$_parlance_self\" is damaged or not read: it needs @image_bytes@ bytes"

_parlance_tmp=
_parlance_umask=$(umask)
umask 077
trap '_parlance_die HUP' HUP
trap '_parlance_die INT' INT
trap '_parlance_die TERM' TERM
for _parlance_n in 1 2 3 4 5; do
  if _parlance_nth "$_parlance_n" && _parlance_fill "$_parlance_n"; then
    _parlance_clean
    trap - HUP INT TERM
    umask "$_parlance_umask"
    _parlance_start "$@"
  fi
  _parlance_clean
done
_parlance_fail 'Found no place to unpack to: name one in XDG_CACHE_HOME'
