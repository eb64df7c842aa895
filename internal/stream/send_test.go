package stream_test

import (
	"context"
	"testing"

	"github.com/datacustody/custody/schemas/event"
)

func TestSend(t *testing.T) {
	k := keptTopic(t, 1, nil)
	for _, key := range []string{"a", "b"} {
		m := event.Message{Key: []byte(key), Value: []byte("value of " + key), Headers: []event.Header{header("content-type", "t")}}
		if err := k.client.Send(context.Background(), k.topic, m); err != nil {
			t.Fatal(err)
		}
	}
	for i, r := range readTopic(t, k.client, k.topic, 0, 2) {
		want := []string{"a", "b"}[i]
		if string(r.Key) != want || string(r.Value) != "value of "+want || headersOf(r.Message)["content-type"] != "t" {
			t.Errorf("record %d = %s %s %v", i, r.Key, r.Value, headersOf(r.Message))
		}
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := k.client.Send(ended, k.topic, event.Message{}); err == nil {
		t.Error("Send = nil although its time was over")
	}
}
