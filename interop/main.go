// The peer of the interoperability test: what the Go services make of our requests, and what they send themselves.
//
// Each line on standard input is a JSON case, each line on standard output its JSON answer. Everything that counts is
// done by the packages of the services; this program only carries values to and from them.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/go-logr/logr"

	"sigs.k8s.io/controller-runtime/pkg/log"
)

func main() {
	log.SetLogger(logr.Discard())

	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string, in io.Reader, out io.Writer) error {
	if len(arguments) != 1 {
		return fmt.Errorf("say receive or send")
	}

	switch arguments[0] {
	case "receive":
		receiver, err := newReceiver()
		if err != nil {
			return err
		}

		return each(in, out, receiver.receive)
	case "send":
		return each(in, out, send)
	default:
		return fmt.Errorf("say receive or send, not %s", arguments[0])
	}
}

// each answers every line. An answer carries its own errors; only a case that cannot be read ends the program.
func each[I, O any](in io.Reader, out io.Writer, answer func(I) O) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)

	encoder := json.NewEncoder(out)

	for lines.Scan() {
		var input I

		if err := json.Unmarshal(lines.Bytes(), &input); err != nil {
			return fmt.Errorf("case is not JSON: %w", err)
		}

		if err := encoder.Encode(answer(input)); err != nil {
			return err
		}
	}

	return lines.Err()
}
