package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// The versions in which resources are stored, where another version than the served one stores them
// (k8s.io/kubernetes pkg/kubeapiserver/default_storage_factory_builder.go, pkg/api/legacyscheme).
var storedAs = map[string]string{
	"events.k8s.io/v1/events":                 "v1",
	"autoscaling/v1/horizontalpodautoscalers": "autoscaling/v2",
}

// A version that a server serves without being told to.
var stable = regexp.MustCompile(`^v[0-9]+$`)

type groupVersion struct{ GroupVersion, Version string }

type groupList struct {
	Groups []struct {
		Name     string
		Versions []groupVersion
	}
}

type resource struct {
	Name, SingularName, Kind, Group, Version, StorageVersionHash string
	Namespaced                                                   bool
	ShortNames, Categories, Verbs                                []string
}

type resourceList struct {
	GroupVersion string
	Resources    []resource
}

func readDocument(path string, into any) {
	raw, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		log.Fatal(path, err)
	}
}

// served reads what the stable versions of all groups serve, in the server's order.
func served(folder string) []resourceList {
	var groups groupList
	readDocument(filepath.Join(folder, "apis.json"), &groups)
	documents := []string{"api__v1.json"}
	for _, group := range groups.Groups {
		for _, version := range group.Versions {
			if stable.MatchString(version.Version) {
				documents = append(documents, "apis__"+group.Name+"__"+version.Version+".json")
			}
		}
	}
	lists := make([]resourceList, len(documents))
	for i, document := range documents {
		readDocument(filepath.Join(folder, document), &lists[i])
	}
	return lists
}

// bodies are the kinds of all resources and subresources that have a JSON form.
func bodies(lists []resourceList) []string {
	var kinds []string
	for _, list := range lists {
		for _, entry := range list.Resources {
			// What only connects has options in the query, and no body.
			if strings.HasSuffix(entry.Kind, "Options") {
				continue
			}
			of := list.GroupVersion
			if entry.Version != "" {
				of = strings.TrimPrefix(entry.Group+"/"+entry.Version, "/")
			}
			kinds = append(kinds, of+"/"+entry.Kind)
		}
	}
	return kinds
}

func printResources(out io.Writer, lists []resourceList) {
	for _, list := range lists {
		fmt.Fprintf(out, "version %s\n", list.GroupVersion)
		for _, entry := range list.Resources {
			scope := "cluster"
			if entry.Namespaced {
				scope = "namespaced"
			}
			kind := entry.Kind
			if entry.Version != "" {
				kind = strings.TrimPrefix(entry.Group+"/"+entry.Version, "/") + "/" + kind
			}
			fmt.Fprintf(out, " %s %s %s %s", entry.Name, kind, scope, strings.Join(entry.Verbs, ","))
			word := func(key, value string) {
				if value != "" {
					fmt.Fprintf(out, " %s=%s", key, value)
				}
			}
			word("singular", entry.SingularName)
			word("short", strings.Join(entry.ShortNames, ","))
			word("categories", strings.Join(entry.Categories, ","))
			word("hash", entry.StorageVersionHash)
			word("stored", storedAs[list.GroupVersion+"/"+entry.Name])
			fmt.Fprintln(out)
		}
	}
}
