package main

import (
	"os"
	"testing"

	"breakglass/internal/standin/apptest"
)

func TestMain(m *testing.M) { os.Exit(apptest.Main(m)) }
