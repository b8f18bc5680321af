// Runs a template of an ExternalSecret with the code of External Secrets Operator.
//
// Reads JSON lines {"templates": {key: text}, "data": {key: base64}}, writes one line each: {"data": {key: base64}}
// or {"error": text}.
package main

import (
	"bufio"
	"encoding/json"
	"os"

	esapi "github.com/external-secrets/external-secrets/apis/externalsecrets/v1"
	template "github.com/external-secrets/external-secrets/pkg/template/v2"
	corev1 "k8s.io/api/core/v1"
)

type question struct {
	Templates map[string]string `json:"templates"`
	Data      map[string][]byte `json:"data"`
}

func answer(asked question) map[string]any {
	texts := map[string][]byte{}
	for key, text := range asked.Templates {
		texts[key] = []byte(text)
	}
	secret := &corev1.Secret{}
	err := template.Execute(texts, asked.Data, esapi.TemplateScopeValues, esapi.TemplateTargetData, secret)
	if err != nil {
		return map[string]any{"error": err.Error()}
	}
	return map[string]any{"data": secret.Data}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		if err := out.Encode(answer(asked)); err != nil {
			panic(err)
		}
	}
}
