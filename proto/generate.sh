#!/usr/bin/env bash
# Generates Go under chain/x and Python under agents/nesa/proto from proto/nesa, and lints proto/nesa.
# Third-party protos come from the Go module cache, in the versions of chain/go.mod; no proto registry is asked.
# usage: proto/generate.sh [go|python|lint]   (all when absent)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
what=${1:-all}
bin="$root/build/bin"
mkdir -p "$root/build"
work=$(mktemp -d "$root/build/proto.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$bin" "$work/go" "$work/nesa" "$work/deps/gogoproto" "$work/deps/google/api"

module() { (cd "$root/$1" && go mod download "$2" && go list -m -f '{{.Dir}}' "$2"); }
sdk=$(module chain github.com/cosmos/cosmos-sdk)
gateway=$(module tools github.com/grpc-ecosystem/grpc-gateway)
cp -r "$sdk/proto/cosmos" "$sdk/proto/amino" "$sdk/proto/tendermint" "$work/deps/"
chmod -R u+w "$work/deps"
cp -r "$(module chain github.com/cosmos/evm)/proto/cosmos/evm" "$work/deps/cosmos/"
cp -r "$(module chain github.com/cosmos/cosmos-proto)/proto/cosmos_proto" "$work/deps/"
cp "$(module chain github.com/cosmos/gogoproto)/gogoproto/gogo.proto" "$work/deps/gogoproto/"
cp "$gateway"/third_party/googleapis/google/api/{annotations,http}.proto "$work/deps/google/api/"
chmod -R u+w "$work/deps"
cp -r "$root/proto/nesa" "$work/nesa/nesa"
cp "$root/proto/buf.yaml" "$root/proto/buf.gen.yaml" "$work/"

for tool in github.com/bufbuild/buf/cmd/buf github.com/cosmos/gogoproto/protoc-gen-gocosmos \
  github.com/grpc-ecosystem/grpc-gateway/protoc-gen-grpc-gateway; do
  (cd "$root/tools" && go build -o "$bin/" "$tool")
done
export PATH="$bin:$PATH"

if [ "$what" = all ] || [ "$what" = lint ]; then
  (cd "$work" && buf lint --path nesa/nesa)
fi
if [ "$what" = all ] || [ "$what" = go ]; then
  (cd "$work" && buf generate --path nesa/nesa)
  cp -r "$work/go/github.com/nesa-network/nesa/chain/." "$root/chain/"
fi
if [ "$what" = all ] || [ "$what" = python ]; then
  "${PYTHON:-$root/.venv/bin/python}" "$root/proto/generate_python.py" "$work" "$root/agents/nesa/proto"
fi
