#!/usr/bin/env bash
# Writes the lock files beside this script from pyproject.toml and train.in: every version and hash, no download address.
# usage: requirements/lock.sh [options for `uv pip compile`, e.g. --upgrade]
set -euo pipefail
cd "$(dirname "$0")/.."
lock() { # name, options…; source, if not the project
  local name=$1; shift
  "${UV:-uv}" pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
    --custom-compile-command requirements/lock.sh "${extra[@]}" "$@" "${source:-pyproject.toml}" -o "requirements/$name.txt"
}
extra=("$@")
lock dev --extra cpu --extra text --extra genai --extra models --extra evm --extra hf --extra s3 --group dev
# What users and miners install shares its versions with what is tested.
lock cpu --extra cpu --extra text --extra genai --constraint requirements/dev.txt
lock gpu --extra gpu --extra text --constraint requirements/dev.txt
# Environments of their own, which share nothing with the rest: a program to measure against, and what trains.
source=requirements/bench.in lock bench
source=requirements/train.in lock train
