# Sourced by .ci/run: a Docker engine of its own for the suites that need one. It has no network to
# pull from and needs none: the images are made here. Everything it keeps is removed again.

# engine_start DIR: installs and starts an engine whose state lies in DIR, and exports how it is
# reached. Fails, and says why, where that cannot be done.
engine_start() {
  if docker info >/dev/null 2>&1; then
    return 0
  fi
  if [ "$(id -u)" -ne 0 ]; then
    echo "no Docker engine, and only root can start one" >&2
    return 1
  fi
  if ! command -v dockerd >/dev/null || ! command -v busybox >/dev/null; then
    command -v apt-get >/dev/null || { echo "no dockerd, and no apt-get to install it" >&2; return 1; }
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
      --no-install-recommends docker.io busybox-static; } >"$1/install.log" 2>&1 ||
      { echo "dockerd cannot be installed: $(tail -n 1 "$1/install.log")" >&2; return 1; }
  fi
  # No rules in the host's tables: published ports go through docker's own proxy.
  dockerd --data-root "$1/data" --exec-root "$1/exec" --pidfile "$1/pid" --iptables=false \
    --ip6tables=false --storage-driver=overlay2 -H "unix://$1/docker.sock" \
    >"$1/engine.log" 2>&1 &
  engine_process=$!
  export DOCKER_HOST=unix://$1/docker.sock
  # Ryuk, which would remove what is left, is an image to pull.
  export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=localhost
  engine_tries=60
  until docker info >/dev/null 2>&1; do
    engine_tries=$((engine_tries - 1))
    if [ "$engine_tries" -eq 0 ] || ! kill -0 "$engine_process" 2>/dev/null; then
      echo "dockerd does not start: $(tail -n 1 "$1/engine.log")" >&2
      engine_stop
      unset DOCKER_HOST
      return 1
    fi
    sleep 0.5
  done
}

# engine_stop: stops what engine_start started.
engine_stop() {
  [ -n "${engine_process:-}" ] || return 0
  kill "$engine_process" 2>/dev/null || true
  wait "$engine_process" 2>/dev/null || true
  engine_process=
}
