package ceremony

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestTranscriptHasOneForm(t *testing.T) {
	beacon := bytes.Repeat([]byte{7}, 32)
	transcript := &Transcript{
		Private: true, Domain: 8, Phase1: []Contribution{{Name: "ada"}}, Beacon1: beacon,
		Phase2: []Contribution{{Name: "grace"}}, Beacon2: beacon,
	}
	text := transcript.String()
	read, err := ParseTranscript(text)
	if err != nil || !reflect.DeepEqual(transcript, read) {
		t.Fatal(read, err)
	}
	replaced := func(old, by string) string { return strings.Replace(text, old, by, 1) }
	for _, wrong := range []string{
		"", "\n", strings.TrimSuffix(text, "\n"), text + "\n", strings.ToUpper(text), " " + text,
		replaced("domain 8", "domain 08"), replaced("domain 8", "domain 9"), replaced("domain 8", "domain 16777216"),
		replaced("ada", "a da"), replaced("ada", "ådå"), replaced("ada", ""), replaced("v1", "v2"), replaced("\n", "\r\n"),
		replaced("kind private", "kind secret"), replaced("phase2 ", "phase3 "), replaced("beacon1 07", "beacon1 0"),
		replaced(strings.Repeat("07", 32), strings.Repeat("07", 15)), replaced("vk 00", "vk 0000"),
		replaced("phase1 "+strings.Repeat("00", 32)+" ada\n", ""),
	} {
		if _, err := ParseTranscript(wrong); !errors.Is(err, ErrCeremony) {
			t.Errorf("%v is read: %q", err, wrong)
		}
	}
	if read, err = ParseTranscript(replaced("kind private", "kind public")); err != nil || read.Private {
		t.Error(read, err)
	}
}

func FuzzTranscript(f *testing.F) {
	f.Add((&Transcript{Domain: 2}).String())
	f.Add((&Transcript{Domain: 4, Phase1: []Contribution{{Name: "ada"}}, Beacon1: bytes.Repeat([]byte{7}, 16)}).String())
	f.Fuzz(func(t *testing.T, text string) {
		if read, err := ParseTranscript(text); err == nil && read.String() != text {
			t.Fatal("a transcript has two forms")
		}
	})
}
