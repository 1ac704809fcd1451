#!/bin/sh
# What the container runs: one mode of LeapMux on its volume. LEAPMUX_MODE, LEAPMUX_DATA_DIR and LEAPMUX_BIN are read here and
# nowhere else; everything more is said in the mode's own file or variables.
set -eu

case "${LEAPMUX_MODE:-}" in
    hub | worker | dev | solo) ;;
    *)
        echo 'error: LEAPMUX_MODE must be one of: hub, worker, dev, solo' >&2
        exit 1
        ;;
esac

directory="${LEAPMUX_DATA_DIR:-/data}/$LEAPMUX_MODE"
config="$directory/$LEAPMUX_MODE.yaml"
mkdir -p "$directory"
if [ ! -e "$config" ]; then
    # It may come to hold a database's password.
    (umask 077 && : > "$config")
fi

# In its place: signals and the exit code are LeapMux's own.
exec "${LEAPMUX_BIN:-/usr/local/bin/leapmux}" "$LEAPMUX_MODE" -config "$config"
