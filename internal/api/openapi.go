package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// bearer is how an operation says that it takes a token.
var bearer = []map[string][]string{{"token": {}}}

// newDescription is an OpenAPI 3.1 document, served as /openapi.json.
func newDescription(mux *http.ServeMux) huma.API {
	config := huma.DefaultConfig("Custody", "1")
	config.Info.Description = "The chain of custody of personal data: send events, and ask who got a person's data."
	config.CreateHooks = nil // no links to schemas in answers
	config.DocsPath, config.SchemasPath = "", ""
	config.Transformers = append(config.Transformers, withoutValues)
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "An API token, where the gateway was started with a token file."},
	}
	return humago.New(mux, config)
}

// withoutValues keeps what was wrong in a request out of its answer: who meant a
// subject may have written an account id or a phone number.
func withoutValues(_ huma.Context, _ string, body any) (any, error) {
	if e, ok := body.(*huma.ErrorModel); ok {
		for _, detail := range e.Errors {
			detail.Value = nil
		}
	}
	return body, nil
}

// Description is the API's OpenAPI document as JSON.
func Description() ([]byte, error) {
	api := newDescription(http.NewServeMux())
	(&server{}).register(api)
	return json.MarshalIndent(api.OpenAPI(), "", "  ")
}

// describeIngest adds the operations that plain handlers serve.
func describeIngest(o *huma.OpenAPI) {
	event := &huma.MediaType{Schema: &huma.Schema{Type: "object", Description: "One event, structured: https://datacustody.org/schemas"}}
	batch := &huma.MediaType{Schema: &huma.Schema{Type: "array", Items: &huma.Schema{Type: "object"}, Description: "Events, each structured"}}
	data := &huma.MediaType{Schema: &huma.Schema{Type: "object", Description: "An event's data; its attributes are ce- headers, percent-encoded"}}
	body := &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/cloudevents+json": event, "application/cloudevents-batch+json": batch, "application/json": data,
	}}
	o.AddOperation(&huma.Operation{
		OperationID: "emit", Method: http.MethodPost, Path: "/v1/events", Tags: []string{"events"}, Security: bearer,
		Summary:     "Send events",
		Description: "CloudEvents 1.0 in structured, binary or batch mode. 202 means that every event is on all in-sync replicas of Kafka. Sending an event again with the same id is safe: the log holds it once.",
		RequestBody: body,
		Responses: responses(o.Components.Schemas, map[int]any{202: receipt{}, 400: problem{}, 401: problem{}, 403: problem{}, 408: problem{},
			413: problem{}, 415: problem{}, 422: problem{}, 429: problem{}, 503: problem{}}),
	})
	o.AddOperation(&huma.Operation{
		OperationID: "check", Method: http.MethodPost, Path: "/v1/events:check", Tags: []string{"events"}, Security: bearer,
		Summary:     "Would these events be rejected, and which rules do they break?",
		Description: "Takes what /v1/events takes and stores nothing. Messages and remedies are Chinese where Accept-Language asks for it.",
		RequestBody: body,
		Responses: responses(o.Components.Schemas, map[int]any{200: verdict{}, 400: problem{}, 401: problem{}, 403: problem{}, 408: problem{},
			413: problem{}, 415: problem{}, 429: problem{}}),
	})
}

func responses(r huma.Registry, bodies map[int]any) map[string]*huma.Response {
	out := make(map[string]*huma.Response)
	for status, body := range bodies {
		mediaType := "application/json"
		if _, ok := body.(problem); ok {
			mediaType = "application/problem+json"
		}
		out[strconv.Itoa(status)] = &huma.Response{
			Description: http.StatusText(status),
			Content:     map[string]*huma.MediaType{mediaType: {Schema: r.Schema(reflect.TypeOf(body), true, "")}},
		}
	}
	return out
}
