#!/usr/bin/env bash
# Records every trace that this machine's GPU can, with the command of CI's job `gpu`, and copies
# those of the CUDA corners to traces/recorded/. Their headers name the device, the driver and the
# compiler; commit them, and they are the baselines of those corners.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v nvidia-smi >/dev/null || ! nvidia-smi --list-gpus | grep -q '^GPU 0'; then
  echo "$0: this machine has no NVIDIA GPU: \`nvidia-smi --list-gpus\` lists none." >&2
  echo "Run it where there is one, for example in the image of docker/gpu with --gpus all." >&2
  exit 77
fi

# Bounds that are broken fail the run, but the traces are there all the same.
status=0
./pants run //traces:cross_backend || status=$?

shopt -s nullglob
found=(dist/traces/cross_backend/*-cuda.jsonl)
if [ ${#found[@]} -eq 0 ]; then
  echo "$0: no CUDA corner could be recorded; the output above says what each one lacks." >&2
  exit 1
fi
mkdir -p traces/recorded
cp -- "${found[@]}" traces/recorded/
printf 'Recorded: %s\n' "${found[@]##*/}"
exit "$status"
