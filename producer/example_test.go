package producer_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"

	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/producer/producertest"
	custody "github.com/datacustody/custody/schemas/event"
)

// An order service tells that it gave a person's address to a carrier.
func Example() {
	p, err := producer.New([]string{"127.0.0.1:9092"}, producer.Options{})
	if err != nil {
		panic(err)
	}
	defer func() { _ = p.Close(context.Background()) }()
	pseudonyms, err := producer.LoadPseudonyms("/run/secrets/pseudonyms.key")
	if err != nil {
		return
	}
	err = p.Emit(context.Background(), &custody.Shared{
		Meta:       custody.Meta{Source: "/tmall/order-service", Subject: pseudonyms.Subject("tmall", "12345"), Time: time.Now()},
		Controller: "tmall", Recipient: "cainiao", Relationship: custody.RelationshipProvision,
		Categories: []custody.Category{custody.CategoryName, custody.CategoryDeliveryAddress}, Purpose: custody.PurposeOrderDelivery,
	})
	if err != nil {
		fmt.Println("not logged:", err)
	}
}

// A service that has CloudEvents already emits them as they are. What breaks the
// contract is refused before it is sent, with a remedy and without its values.
func ExampleProducer_EmitCloudEvent() {
	var r producertest.Recorder // or a *producer.Producer
	e := event.New()
	e.SetSource("/tmall/order-service")
	e.SetType("org.datacustody.data.used.v1")
	e.SetSubject("tmall:e76bed8a-2cea-883c-b8cb-b89e9deb2da7")
	e.SetTime(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))
	_ = e.SetData("application/json", map[string]any{"controller": "tmall", "categories": []string{"order"}, "purpose": "fun"})

	err := r.EmitCloudEvent(context.Background(), e)
	var why *custody.Rejection
	if errors.As(err, &why) {
		fmt.Println(why.Reason, why.Field)
	}
	// Output: unknown-term data.purpose
}

// What the brokers did not acknowledge is sent again with the same ids: the log
// holds each event once, however often it came.
func ExampleBatchError_Retry() {
	away := true
	r := producertest.Recorder{Fail: func(custody.Message) error {
		if away {
			return errors.New("kafka is away")
		}
		return nil
	}}
	err := r.Emit(context.Background(), &custody.Used{
		Meta:       custody.Meta{Source: "/tmall/order-service", Subject: "tmall:e76bed8a-2cea-883c-b8cb-b89e9deb2da7", Time: time.Now()},
		Controller: "tmall", Categories: []custody.Category{custody.CategoryOrder}, Purpose: custody.PurposeCustomerService,
	})
	var batch *producer.BatchError
	if errors.As(err, &batch) {
		away = false
		fmt.Println(r.EmitMessages(context.Background(), batch.Retry()...))
	}
	fmt.Println(len(r.Messages()))
	// Output:
	// <nil>
	// 1
}

// A pseudonym follows from the account and a key. Where the key was changed,
// look-ups ask for the person under every key.
func ExamplePseudonyms() {
	keys := `
# version, secret in base64; the current one first
2026-11 AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=
2025-01 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
`
	p, err := producer.ReadPseudonyms(strings.NewReader(keys))
	if err != nil {
		panic(err)
	}
	fmt.Println(p.Subject("tmall", "12345"))
	for _, s := range p.All("tmall", "12345") {
		fmt.Println(s)
	}
	// Output:
	// tmall:51b41a16-dba0-8d27-8957-6ee3fb758cda
	// tmall:51b41a16-dba0-8d27-8957-6ee3fb758cda
	// tmall:e76bed8a-2cea-883c-b8cb-b89e9deb2da7
}
