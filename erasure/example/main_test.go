package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/datacustody/custody/erasure"
)

func TestTheJobErasesAndAnswers(t *testing.T) {
	answers := 0
	custody := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answers++
		w.WriteHeader(http.StatusAccepted)
	}))
	defer custody.Close()
	j := newJob(erasure.Party{Token: "t"})
	n := erasure.Notice{ID: "n", Case: "c", Controller: "tmall", Recipient: "sto", References: []string{"waybill-4711"}, Erase: []string{"name"}, Answer: custody.URL}
	if err := j.take(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	if parcel := j.parcels["waybill-4711"]; len(parcel) != 1 || parcel["phone-number"] == "" || answers != 1 {
		t.Errorf("parcel = %v and %d answers, want the phone number left and one", parcel, answers)
	}
}
