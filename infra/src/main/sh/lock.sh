# Sourced by ../../../../verillm: one build at a time. POSIX sh; a folder is made by one process only.

# lock_take DIR: returns when this process holds the lock; a holder that has died holds it no more.
lock_take() {
  lock_said=
  until mkdir "$1" 2>/dev/null; do
    lock_holder=$(cat "$1/pid" 2>/dev/null) || lock_holder=
    if [ -n "$lock_holder" ] && ! kill -0 "$lock_holder" 2>/dev/null; then
      rm -rf "$1"
      continue
    fi
    if [ -z "$lock_said" ]; then
      echo "verillm: waiting for another build (process ${lock_holder:-unknown}; if there is none, remove $1) ..." >&2
      lock_said=yes
    fi
    sleep 1
  done
  echo $$ >"$1/pid"
}

# lock_free DIR: lets the next one in.
lock_free() {
  rm -rf "$1"
}
