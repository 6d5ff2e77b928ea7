#!/bin/sh
# Makes sure that what the tests start beside cargo is on this machine: PostgreSQL, git, which a test asks for the tracked
# files, Node with npm and Chromium for web/ and examples/, Python for scripts/contract/, and on Linux strace, with which
# tests/faults/ makes calls of the system fail, and iproute2, with which a test of the egress guard makes itself a network.
# Installs what is missing when it can (root, apt-get), else names it and fails.
set -eu

have_postgres() {
    command -v initdb >/dev/null 2>&1 && return 0
    for program in /usr/lib/postgresql/*/bin/initdb /usr/local/lib/postgresql/*/bin/initdb /opt/homebrew/opt/postgresql*/bin/initdb; do
        [ -x "$program" ] && return 0
    done
    command -v pg_config >/dev/null 2>&1 && [ -x "$(pg_config --bindir)/initdb" ]
}

# Debian 12 has an older one: then it comes from nodejs.org, nvm or wherever you get yours.
have_node() {
    command -v npm >/dev/null 2>&1 && node -e 'process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null
}

have_chromium() {
    for program in /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" /Applications/Chromium.app/Contents/MacOS/Chromium; do
        [ -x "$program" ] && return 0
    done
    return 1
}

have() {
    case $1 in
        postgresql) have_postgres ;;
        nodejs) have_node ;;
        npm) command -v npm >/dev/null 2>&1 ;;
        chromium) have_chromium ;;
        iproute2) [ "$(uname -s)" != Linux ] || command -v ip >/dev/null 2>&1 ;;
        strace) [ "$(uname -s)" != Linux ] || command -v strace >/dev/null 2>&1 ;;
        python3-venv) python3 -c 'import ensurepip, venv' 2>/dev/null ;;
        *) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

missing=
for package in git postgresql nodejs npm python3-venv chromium strace iproute2; do
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
    have nodejs && exit 0
    echo "The tests of web/ need Node 20 or newer, and this system has only $(node --version). Install a newer one." >&2
    exit 1
fi

{
    echo "The tests need:$missing."
    echo "They start PostgreSQL themselves, on a free port and in a temporary folder; it only has to be installed:"
    echo "  Debian, Ubuntu: sudo apt-get install$missing"
    echo "  Fedora:         sudo dnf install git postgresql-server nodejs npm python3 chromium strace iproute"
    echo "  macOS:          brew install git postgresql node python chromium"
} >&2
exit 1
