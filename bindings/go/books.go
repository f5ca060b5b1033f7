package mpmeter

import (
	"encoding/json"
	"time"
)

// Books is what a journal says of itself.
type Books struct {
	ProductCode string                `json:"product_code"`
	Journal     string                `json:"journal"`
	Identity    string                `json:"identity"` // The task or pod that sent last, or "".
	Pending     []BookEntry           `json:"pending"`
	Held        []BookEntry           `json:"held"`
	Sent        []BookEntry           `json:"sent"`
	Totals      map[string]BookTotals `json:"totals"` // By dimension.
}

// BookEntry is usage of a dimension in an hour.
type BookEntry struct {
	Dimension string    `json:"dimension"`
	Hour      time.Time `json:"hour"`
	Quantity  string    `json:"quantity"`
	State     string    `json:"state"` // "open", "sealed", "unknown", "held" or "sent".
	RecordID  string    `json:"record_id"`
	Why       string    `json:"why"`
	Answer    string    `json:"answer"`
}

// BookTotals are the sums of a dimension.
type BookTotals struct {
	Added   string `json:"added"`
	Pending string `json:"pending"`
	Held    string `json:"held"`
	Sent    string `json:"sent"`
}

// JournalReport is the books of the journal at that path, which is not made if there is none. For a tool that looks
// from outside.
//
// Errors: [ErrInvalidArgument]; [ErrJournal]; [ErrJournalDamaged]; [ErrJournalBusy]; [ErrOutOfMemory]; [ErrInternal].
func JournalReport(path string) (*Books, error) {
	if err := checkText("the journal's path", path); err != nil {
		return nil, err
	}
	document, err := journalReport(path)
	if err != nil {
		return nil, err
	}
	return readBooks(document)
}

func readBooks(document string) (*Books, error) {
	books := new(Books)
	if err := json.Unmarshal([]byte(document), books); err != nil {
		return nil, internal("the books cannot be read: " + err.Error())
	}
	return books, nil
}
