#!/bin/sh
# Licences, bans and sources of all dependencies by deny.toml; needs no advisory database. Skipped with a note where cargo-deny
# is not installed: the arrows between our crates hold anyway, by crates/testkit/tests/it/arrows.rs.
set -eu

cargo=${CARGO:-cargo}
if "$cargo" deny --version >/dev/null 2>&1; then
    exec "$cargo" deny --locked check licenses bans sources
fi
echo "cargo-deny is not installed, so licences and sources were not checked: cargo install --locked cargo-deny"
