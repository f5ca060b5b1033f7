// Formats standard input as `terraform fmt` does.
package main

import (
	"io"
	"log"
	"os"

	"github.com/hashicorp/hcl/v2/hclwrite"
)

func main() {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := os.Stdout.Write(hclwrite.Format(text)); err != nil {
		log.Fatal(err)
	}
}
