// Command determinism is a vet tool that forbids, in consensus code, what may differ between two nodes: floating point,
// goroutines and selects, the wall clock, random numbers, and iteration over maps.
//
// usage: go vet -vettool=determinism ./x/...
package main

import (
	"go/ast"
	"go/types"
	"os"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/singlechecker"
	"golang.org/x/tools/go/analysis/unitchecker"
)

// Analyzer reports constructs whose result may differ between two nodes that execute the same block.
var Analyzer = &analysis.Analyzer{
	Name: "determinism",
	Doc:  "forbid floating point, goroutines, clocks, randomness and map iteration in consensus code",
	Run:  run,
}

var bannedImports = map[string]string{
	"math/rand":    "use the beacon",
	"math/rand/v2": "use the beacon",
	"crypto/rand":  "use the beacon",
}

var bannedFunctions = map[string]string{
	"time.Now":   "use the block's time",
	"time.Since": "use the block's time",
	"time.Until": "use the block's time",
	"time.Sleep": "consensus code does not wait",
}

func run(pass *analysis.Pass) (any, error) {
	for _, file := range pass.Files {
		if exempt(pass.Fset.Position(file.Pos()).Filename) {
			continue
		}
		for _, spec := range file.Imports {
			if why, banned := bannedImports[strings.Trim(spec.Path.Value, `"`)]; banned {
				pass.Reportf(spec.Pos(), "import of %s: %s", spec.Path.Value, why)
			}
		}
		ast.Inspect(file, func(node ast.Node) bool {
			inspect(pass, node)
			return true
		})
	}
	return nil, nil
}

func inspect(pass *analysis.Pass, node ast.Node) {
	switch node := node.(type) {
	case *ast.GoStmt:
		pass.Reportf(node.Pos(), "goroutine: the order of its effects is not determined")
	case *ast.SelectStmt:
		pass.Reportf(node.Pos(), "select: its choice is not determined")
	case *ast.RangeStmt:
		if of := pass.TypesInfo.TypeOf(node.X); of != nil {
			if _, isMap := of.Underlying().(*types.Map); isMap {
				pass.Reportf(node.Pos(), "range over a map: its order is not determined")
			}
		}
	case *ast.SelectorExpr:
		if object, ok := pass.TypesInfo.Uses[node.Sel].(*types.Func); ok {
			if why, banned := bannedFunctions[object.FullName()]; banned {
				pass.Reportf(node.Pos(), "%s: %s", object.FullName(), why)
			}
		}
	case ast.Expr:
		if basic, ok := typeOf(pass, node).(*types.Basic); ok && basic.Info()&(types.IsFloat|types.IsComplex) != 0 {
			pass.Reportf(node.Pos(), "floating point: use integers")
		}
	}
}

func typeOf(pass *analysis.Pass, node ast.Expr) types.Type {
	if of := pass.TypesInfo.TypeOf(node); of != nil {
		return of.Underlying()
	}
	return nil
}

// exempt files do not run in consensus: generated code (whose jsonpb helpers mention floats), tests, command lines and simulations.
func exempt(name string) bool {
	for _, suffix := range []string{".pb.go", ".pb.gw.go", "_test.go"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	for _, folder := range []string{"/client/", "/simulation/", "/testutil/"} {
		if strings.Contains(name, folder) {
			return true
		}
	}
	return false
}

func main() {
	// `go vet` hands over one unit at a time as a .cfg file and asks for flags and version first.
	for _, argument := range os.Args[1:] {
		if strings.HasSuffix(argument, ".cfg") || strings.HasPrefix(argument, "-V=") || argument == "-flags" {
			unitchecker.Main(Analyzer)
		}
	}
	singlechecker.Main(Analyzer)
}
