#!/usr/bin/env bash
# Generates the Go code under chain/x and the Python code under agents/nesa/proto from proto/nesa.
# Third-party protos come from the Go module cache, in the versions of chain/go.mod; nothing is downloaded from a proto registry.
# usage: proto/generate.sh [go|python]   (both when absent)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
what=${1:-all}
work="$root/build/proto"
bin="$root/build/bin"
rm -rf "$work" && mkdir -p "$work/deps" "$bin" "$work/go"

moddir() { (cd "$root/chain" && go list -m -f '{{.Dir}}' "$1"); }
sdk=$(moddir github.com/cosmos/cosmos-sdk)
cp -r "$sdk/proto/cosmos" "$sdk/proto/amino" "$sdk/proto/tendermint" "$work/deps/" 2>/dev/null
cp -r "$(moddir github.com/cosmos/cosmos-proto)/proto/cosmos_proto" "$work/deps/"
mkdir -p "$work/deps/gogoproto" && cp "$(moddir github.com/cosmos/gogoproto)/gogoproto/gogo.proto" "$work/deps/gogoproto/"
mkdir -p "$work/deps/google/api"
cp "$(cd "$root/tools" && go list -m -f '{{.Dir}}' github.com/grpc-ecosystem/grpc-gateway)"/third_party/googleapis/google/api/{annotations,http}.proto "$work/deps/google/api/"
comet=$(moddir github.com/cometbft/cometbft)
[ -d "$comet/proto/tendermint" ] && cp -rn "$comet/proto/tendermint" "$work/deps/"
chmod -R u+w "$work/deps"

for tool in github.com/bufbuild/buf/cmd/buf github.com/cosmos/gogoproto/protoc-gen-gocosmos github.com/grpc-ecosystem/grpc-gateway/protoc-gen-grpc-gateway; do
  (cd "$root/tools" && go build -o "$bin/" "$tool")
done
export PATH="$bin:$PATH"

cat > "$work/buf.yaml" <<YAML
version: v2
modules:
  - path: nesa
  - path: deps
YAML
mkdir -p "$work/nesa" && cp -r "$root/proto/nesa" "$work/nesa/nesa"

if [ "$what" != python ]; then
  cat > "$work/buf.gen.yaml" <<YAML
version: v2
plugins:
  - local: protoc-gen-gocosmos
    out: go
    opt: [plugins=grpc, Mgoogle/protobuf/any.proto=github.com/cosmos/gogoproto/types/any]
  - local: protoc-gen-grpc-gateway
    out: go
    opt: [logtostderr=true, allow_colon_final_segments=true]
YAML
  (cd "$work" && buf generate --path nesa/nesa)
  cp -r "$work/go/github.com/nesa-network/nesa/chain/." "$root/chain/"
fi

if [ "$what" != go ]; then
  "${PYTHON:-$root/.venv/bin/python}" "$root/proto/generate_python.py" "$work" "$root/agents/nesa/proto"
fi
