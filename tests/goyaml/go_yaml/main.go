// What Go's YAML readers make of texts. Reads a JSON list of texts on stdin, writes a JSON list of answers.
//
// Each answer has "g3", the value that kyaml (kpt, kustomize) decodes, "g2", the JSON that sigs.k8s.io/yaml (kubectl,
// Argo CD, Flux) makes, and "documents", what kyaml's reader splits the text into. A value is tagged, so that no type is lost.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"sigs.k8s.io/kustomize/kyaml/kio"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
	sigs "sigs.k8s.io/yaml"
)

type answer struct {
	G3        any             `json:"g3,omitempty"`
	G3Error   bool            `json:"g3_error,omitempty"`
	Plain     bool            `json:"plain,omitempty"`
	G2        json.RawMessage `json:"g2,omitempty"`
	G2Error   bool            `json:"g2_error,omitempty"`
	Documents []any           `json:"documents,omitempty"`
	DocError  bool            `json:"documents_error,omitempty"`
	Dropped   bool            `json:"dropped,omitempty"`
}

func main() {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	documents := len(os.Args) > 1 && os.Args[1] == "documents"
	answers := make([]answer, len(texts))
	for i, text := range texts {
		if documents {
			answers[i] = split(text)
		} else {
			answers[i] = read(text)
		}
	}
	out, err := json.Marshal(answers)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	os.Stdout.Write(out)
}

func read(text string) (a answer) {
	var node kyaml.Node
	if err := kyaml.NewDecoder(bytes.NewBufferString(text)).Decode(&node); err != nil {
		a.G3Error = true
	} else {
		a.Plain = onePlainScalar(&node, text)
		a.G3, a.G3Error = decoded(&node)
	}
	out, err := sigs.YAMLToJSON([]byte(text))
	if err != nil {
		a.G2Error = true
	} else {
		a.G2 = out
	}
	return a
}

// onePlainScalar says whether the text "- x" is a list of exactly the plain scalar x.
func onePlainScalar(document *kyaml.Node, text string) bool {
	if len(document.Content) != 1 || len(document.Content[0].Content) != 1 || len(text) < 2 {
		return false
	}
	scalar := document.Content[0].Content[0]
	return scalar.Kind == kyaml.ScalarNode && scalar.Style == 0 && scalar.Anchor == "" && "- "+scalar.Value == text
}

func split(text string) (a answer) {
	nodes, err := (&kio.ByteReader{
		Reader: bytes.NewBufferString(text), OmitReaderAnnotations: true, DisableUnwrapping: true,
	}).Read()
	if err != nil {
		a.DocError = true
		return a
	}
	a.Dropped = dropped(text)
	a.Documents = []any{}
	for _, node := range nodes {
		value, failed := decoded(node.YNode())
		if failed {
			a.DocError = true
		}
		a.Documents = append(a.Documents, value)
	}
	return a
}

// separator is that of splitDocuments in kyaml/kio/byteio_reader.go.
var separator = regexp.MustCompile(`\n---.*\n`)

// dropped says whether something follows the one document that kyaml decodes of each part between separators.
func dropped(text string) bool {
	for _, part := range separator.Split(strings.ReplaceAll(text, "\r\n", "\n"), -1) {
		decoder := kyaml.NewDecoder(bytes.NewBufferString(part + "\n"))
		var first, second kyaml.Node
		if decoder.Decode(&first) == nil && decoder.Decode(&second) != io.EOF {
			return true
		}
	}
	return false
}

func decoded(node *kyaml.Node) (value any, failed bool) {
	defer func() {
		if recover() != nil {
			value, failed = nil, true
		}
	}()
	var v any
	if err := node.Decode(&v); err != nil {
		return nil, true
	}
	return tagged(v), false
}

// tagged is [type, value]: numbers as text, maps as lists of [key, value] in no order.
func tagged(v any) any {
	switch v := v.(type) {
	case nil:
		return []any{"null"}
	case bool:
		return []any{"bool", v}
	case string:
		return []any{"str", v}
	case int, int64, uint64:
		return []any{"int", fmt.Sprint(v)}
	case float64:
		return []any{"float", strconv.FormatFloat(v, 'g', -1, 64)}
	case time.Time:
		return []any{"timestamp"}
	case []any:
		list := []any{}
		for _, element := range v {
			list = append(list, tagged(element))
		}
		return []any{"list", list}
	case map[string]any:
		entries := []any{}
		for key, element := range v {
			entries = append(entries, []any{tagged(key), tagged(element)})
		}
		return []any{"map", entries}
	case map[any]any:
		entries := []any{}
		for key, element := range v {
			entries = append(entries, []any{tagged(key), tagged(element)})
		}
		return []any{"map", entries}
	}
	return []any{fmt.Sprintf("%T", v)}
}
