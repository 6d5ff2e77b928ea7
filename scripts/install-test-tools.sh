#!/bin/sh
# Makes sure that what the tests start beside cargo is on this machine: PostgreSQL, and git, which a test asks for the
# tracked files. Installs what is missing when it can (root, apt-get), else names it and fails.
set -eu

have_postgres() {
    command -v initdb >/dev/null 2>&1 && return 0
    for program in /usr/lib/postgresql/*/bin/initdb /usr/local/lib/postgresql/*/bin/initdb /opt/homebrew/opt/postgresql*/bin/initdb; do
        [ -x "$program" ] && return 0
    done
    command -v pg_config >/dev/null 2>&1 && [ -x "$(pg_config --bindir)/initdb" ]
}

have() {
    case $1 in
        postgresql) have_postgres ;;
        *) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

missing=
for package in git postgresql; do
    have "$package" || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "The tests need:$missing. Installing."
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q </dev/null
    # Unquoted: one argument per package.
    # shellcheck disable=SC2086
    apt-get install -y -q --no-install-recommends $missing </dev/null
    exit 0
fi

{
    echo "The tests need:$missing."
    echo "They start PostgreSQL themselves, on a free port and in a temporary folder; it only has to be installed:"
    echo "  Debian, Ubuntu: sudo apt-get install$missing"
    echo "  Fedora:         sudo dnf install git postgresql-server"
    echo "  macOS:          brew install git postgresql"
} >&2
exit 1
