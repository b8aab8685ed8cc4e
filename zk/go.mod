module github.com/nesa-network/nesa/zk

go 1.26.5

require google.golang.org/protobuf v1.36.11
