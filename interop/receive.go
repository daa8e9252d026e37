package main

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"
	chi "github.com/go-chi/chi/v5"

	"github.com/unikorn-cloud/core/pkg/openapi/helpers"
	"github.com/unikorn-cloud/core/pkg/server/errors"
	"github.com/unikorn-cloud/core/pkg/server/middleware/routeresolver"
	"github.com/unikorn-cloud/identity/pkg/middleware/authorization"
	middleware "github.com/unikorn-cloud/identity/pkg/middleware/openapi"
	"github.com/unikorn-cloud/identity/pkg/openapi"
	"github.com/unikorn-cloud/identity/pkg/principal"
	"github.com/unikorn-cloud/identity/pkg/util"
)

// received is a request as our side would put it on the wire, behind an ingress that did its part.
type received struct {
	Case    string            `json:"case"`
	Method  string            `json:"method"`
	Target  string            `json:"target"`
	Headers map[string]string `json:"headers"`
}

// understood is what the service's handler would have to go by.
type understood struct {
	Case              string          `json:"case"`
	Status            int             `json:"status"`
	Subject           string          `json:"subject,omitempty"`
	Principal         json.RawMessage `json:"principal,omitempty"`
	Impersonated      bool            `json:"impersonated"`
	Reference         string          `json:"reference,omitempty"`
	RelayedSubject    string          `json:"relayedSubject,omitempty"`
	RelayedThumbprint string          `json:"relayedThumbprint,omitempty"`
	// Refusal is for people: why nothing was understood.
	Refusal string `json:"refusal,omitempty"`
}

// receiver is the identity service's router, middleware and parameter binding around a handler that takes notes.
type receiver struct {
	openapi.Unimplemented

	router http.Handler
	notes  understood
}

func newReceiver() (*receiver, error) {
	schema, err := helpers.NewSchema(openapi.GetSwagger)
	if err != nil {
		return nil, err
	}

	r := &receiver{}

	router := chi.NewRouter()
	router.Use(routeresolver.New(schema).Middleware)
	router.NotFound(func(w http.ResponseWriter, r *http.Request) { errors.HTTPNotFound().Write(w, r) })

	validator := middleware.NewValidator(&middleware.Options{ACLCacheSize: 1, ACLCacheTimeout: time.Nanosecond}, r)

	r.router = openapi.HandlerWithOptions(r, openapi.ChiServerOptions{
		BaseRouter: router,
		ErrorHandlerFunc: func(w http.ResponseWriter, r *http.Request, err error) {
			errors.OAuth2InvalidRequest("invalid path/query element").WithError(err).Write(w, r)
		},
		Middlewares: []openapi.MiddlewareFunc{validator.Middleware},
	})

	return r, nil
}

func (r *receiver) receive(in received) understood {
	r.notes = understood{Case: in.Case}

	var text strings.Builder

	text.WriteString(in.Method + " " + in.Target + " HTTP/1.1\r\n")

	if _, ok := in.Headers["host"]; !ok {
		text.WriteString("Host: identity.example.com\r\n")
	}

	for name, value := range in.Headers {
		text.WriteString(name + ": " + value + "\r\n")
	}

	text.WriteString("\r\n")

	request, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text.String())))
	if err != nil {
		r.notes.Status = http.StatusBadRequest
		r.notes.Refusal = err.Error()

		return r.notes
	}

	recorder := httptest.NewRecorder()
	r.router.ServeHTTP(recorder, request)

	r.notes.Status = recorder.Code

	if recorder.Code >= http.StatusBadRequest {
		r.notes.Refusal = recorder.Body.String()
	}

	return r.notes
}

// Authorize is asked for bearer tokens only, and no case carries one.
func (r *receiver) Authorize(input *openapi3filter.AuthenticationInput) (*authorization.Info, error) {
	return nil, errors.AccessDenied(input.RequestValidationInput.Request, "no token is known here")
}

// GetACL sees the certificate that would be relayed to the identity service.
func (r *receiver) GetACL(ctx context.Context, _ string) (*openapi.Acl, error) {
	if relayed, err := authorization.ClientCertFromContext(ctx); err == nil {
		if certificate, err := util.GetClientCertificate(relayed); err == nil {
			r.notes.RelayedSubject = certificate.Subject.CommonName
			r.notes.RelayedThumbprint = util.GetClientCertifcateThumbprint(certificate)
		}
	}

	return &openapi.Acl{}, nil
}

func (r *receiver) PutApiV1OrganizationsOrganizationIDProjectsProjectIDReferencesReference(w http.ResponseWriter, request *http.Request, _ openapi.OrganizationIDParameter, _ openapi.ProjectIDParameter, reference openapi.ReferenceParameter) {
	r.note(request.Context(), reference)
	w.WriteHeader(http.StatusCreated)
}

func (r *receiver) DeleteApiV1OrganizationsOrganizationIDProjectsProjectIDReferencesReference(w http.ResponseWriter, request *http.Request, _ openapi.OrganizationIDParameter, _ openapi.ProjectIDParameter, reference openapi.ReferenceParameter) {
	r.note(request.Context(), reference)
	w.WriteHeader(http.StatusNoContent)
}

func (r *receiver) note(ctx context.Context, reference string) {
	r.notes.Reference = reference
	r.notes.Impersonated = principal.ImpersonateFromContext(ctx)

	if info, err := authorization.FromContext(ctx); err == nil {
		r.notes.Subject = info.Userinfo.Sub
	}

	if p, err := principal.GetPrincipal(ctx); err == nil {
		if text, err := json.Marshal(p); err == nil {
			r.notes.Principal = text
		}
	}
}
