package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/url"

	"github.com/spf13/pflag"

	coreclient "github.com/unikorn-cloud/core/pkg/client"
	"github.com/unikorn-cloud/core/pkg/manager"
	coreutil "github.com/unikorn-cloud/core/pkg/util"
	identityclient "github.com/unikorn-cloud/identity/pkg/client"
	"github.com/unikorn-cloud/identity/pkg/middleware/authorization"
	"github.com/unikorn-cloud/identity/pkg/principal"
	"github.com/unikorn-cloud/identity/pkg/util"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
)

const (
	namespace         = "unikorn"
	clientCertificate = "client-certificate"
	serverCA          = "server-ca"
)

// order says what to send. Which members are set depends on the kind.
type order struct {
	Case string `json:"case"`
	// Kind is api, controller, reference or certificate.
	Kind string `json:"kind"`

	// api: the principal in the context, and what goes with it.
	Principal   json.RawMessage `json:"principal"`
	Impersonate bool            `json:"impersonate"`
	Relayed     string          `json:"relayed"`

	// controller and reference: the object that is reconciled.
	Resource *resource `json:"resource"`
	// controller, reference and certificate: PEM.
	Certificate string `json:"certificate"`
	Key         string `json:"key"`
}

type resource struct {
	Group       string            `json:"group"`
	Kind        string            `json:"kind"`
	Plural      string            `json:"plural"`
	Name        string            `json:"name"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

// sent is what went out, or why nothing did.
type sent struct {
	Case      string            `json:"case"`
	Error     string            `json:"error,omitempty"`
	Headers   map[string]string `json:"headers,omitempty"`
	Reference string            `json:"reference,omitempty"`
	// Requests are the request lines, adding first.
	Requests []string `json:"requests,omitempty"`
	// Escaped is the certificate as Go code puts it into a header.
	Escaped    string `json:"escaped,omitempty"`
	Subject    string `json:"subject,omitempty"`
	Thumbprint string `json:"thumbprint,omitempty"`
}

func send(in order) sent {
	out := sent{Case: in.Case}

	var err error

	switch in.Kind {
	case "api":
		err = sendAPI(in, &out)
	case "controller":
		err = sendController(in, &out)
	case "reference":
		err = sendReference(in, &out)
	case "certificate":
		err = escapeCertificate(in, &out)
	}

	if err != nil {
		out.Error = err.Error()
	}

	return out
}

func sendAPI(in order, out *sent) error {
	p := &principal.Principal{}

	if err := json.Unmarshal(in.Principal, p); err != nil {
		return err
	}

	ctx := principal.NewContext(context.Background(), p)

	if in.Impersonate {
		ctx = principal.NewImpersonateContext(ctx)
	}

	if in.Relayed != "" {
		ctx = authorization.NewContextWithClientCert(ctx, in.Relayed)
	}

	return mutate(ctx, out, identityclient.CertificateRequestMutator, principal.Injector(nil, nil))
}

func sendController(in order, out *sent) error {
	cli, _, options := kubernetes(in)

	return mutate(context.Background(), out, principal.ControllerInjector(cli, options, object(in.Resource)))
}

func mutate(ctx context.Context, out *sent, mutators ...func(context.Context, *http.Request) error) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://identity.example.com", nil)
	if err != nil {
		return err
	}

	for _, mutator := range mutators {
		if err := mutator(ctx, request); err != nil {
			return err
		}
	}

	out.Headers = flat(request.Header)

	return nil
}

// sendReference lets the references client of the identity service talk to a server here that only listens.
func sendReference(in order, out *sent) error {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out.Requests = append(out.Requests, r.Method+" "+r.RequestURI)
		out.Headers = flat(r.Header)

		if r.Method == http.MethodPut {
			w.WriteHeader(http.StatusCreated)
		} else {
			w.WriteHeader(http.StatusNoContent)
		}
	}))
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS13, ClientAuth: tls.RequireAnyClientCert}
	server.StartTLS()

	defer server.Close()

	cli, secret, options := kubernetes(in)

	ca := secret(serverCA, map[string][]byte{
		corev1.TLSCertKey: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}),
	})

	ctx := context.Background()

	if err := cli.Create(ctx, ca); err != nil {
		return err
	}

	endpoint := identityclient.NewOptions()

	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	endpoint.AddFlags(flags)

	arguments := []string{
		"--identity-host=" + server.URL,
		"--identity-ca-secret-namespace=" + namespace,
		"--identity-ca-secret-name=" + serverCA,
	}

	if err := flags.Parse(arguments); err != nil {
		return err
	}

	resource := object(in.Resource)

	reference, err := manager.GenerateResourceReference(cli, resource)
	if err != nil {
		return err
	}

	out.Reference = reference

	ctx = coreclient.NewContext(ctx, cli)
	references := identityclient.NewReferences(coreutil.ServiceDescriptor{}, endpoint, options)

	if err := references.AddReferenceToProject(ctx, resource); err != nil {
		return err
	}

	return references.RemoveReferenceFromProject(ctx, resource)
}

func escapeCertificate(in order, out *sent) error {
	out.Escaped = url.QueryEscape(in.Certificate)

	certificate, err := util.GetClientCertificate(out.Escaped)
	if err != nil {
		return err
	}

	out.Subject = certificate.Subject.CommonName
	out.Thumbprint = util.GetClientCertifcateThumbprint(certificate)

	return nil
}

// kubernetes is a cluster that knows the object's kind and holds the client certificate.
func kubernetes(in order) (client.Client, func(string, map[string][]byte) *corev1.Secret, *coreclient.HTTPClientOptions) {
	secret := func(name string, data map[string][]byte) *corev1.Secret {
		return &corev1.Secret{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
			Type:       corev1.SecretTypeTLS,
			Data:       data,
		}
	}

	scheme := runtime.NewScheme()
	_ = corev1.AddToScheme(scheme)

	mapper := meta.NewDefaultRESTMapper(nil)
	mapper.Add(corev1.SchemeGroupVersion.WithKind("Secret"), meta.RESTScopeNamespace)

	if in.Resource != nil {
		kind := kindOf(in.Resource)
		singular := kind.GroupVersion().WithResource(in.Resource.Kind)
		mapper.AddSpecific(kind, kind.GroupVersion().WithResource(in.Resource.Plural), singular, meta.RESTScopeNamespace)
	}

	held := secret(clientCertificate, map[string][]byte{
		corev1.TLSCertKey:       []byte(in.Certificate),
		corev1.TLSPrivateKeyKey: []byte(in.Key),
	})

	cli := fake.NewClientBuilder().WithScheme(scheme).WithRESTMapper(mapper).WithObjects(held).Build()

	options := &coreclient.HTTPClientOptions{}

	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	options.AddFlags(flags)
	_ = flags.Parse([]string{
		"--client-certificate-namespace=" + namespace,
		"--client-certificate-name=" + clientCertificate,
	})

	return cli, secret, options
}

func kindOf(in *resource) schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: in.Group, Version: "v1alpha1", Kind: in.Kind}
}

func object(in *resource) *unstructured.Unstructured {
	out := &unstructured.Unstructured{}
	out.SetGroupVersionKind(kindOf(in))
	out.SetNamespace(namespace)
	out.SetName(in.Name)

	if in.Labels != nil {
		out.SetLabels(in.Labels)
	}

	if in.Annotations != nil {
		out.SetAnnotations(in.Annotations)
	}

	return out
}

func flat(header http.Header) map[string]string {
	out := map[string]string{}

	for name := range header {
		out[name] = header.Get(name)
	}

	return out
}
