// Command nesad is a node of the Nesa network and its command line.
package main

import (
	"fmt"
	"os"

	svrcmd "github.com/cosmos/cosmos-sdk/server/cmd"

	"github.com/nesa-network/nesa/chain/app"
	"github.com/nesa-network/nesa/chain/cmd/nesad/cmd"
)

func main() {
	root, err := cmd.NewRoot()
	if err == nil {
		err = svrcmd.Execute(root, "NESAD", app.DefaultNodeHome)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
