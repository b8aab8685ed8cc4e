package main

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"
)

func TestForbidsWhatDiffersBetweenNodes(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), Analyzer, "x/keeper")
}
