// Package descriptor registers the file that a module's other proto files import before they are registered.
package descriptor

import "github.com/cosmos/gogoproto/proto"

// First registers a file of descriptors while variables are set, which is before any init function runs.
//
// Generated code registers its files in init functions, and Go runs those by file name: tx.pb.go before types.pb.go. The
// registry resolves imports when it is given a file, and takes one that is not there yet for empty. The SDK makes the
// JSON that hardware wallets sign from these descriptors: what a message holds in a type of types.proto would be
// missing from it, and whoever sees the transaction could put something else there under the same signature.
func First(path string, compressed []byte) struct{} {
	proto.RegisterFile(path, compressed)
	return struct{}{}
}
