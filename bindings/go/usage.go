package mpmeter

import (
	"context"
	"time"
)

// Usage is one record of a program that keeps books of its own: see [Client.MeterUsage].
type Usage struct {
	ProductCode string
	// Dimension is one of the listing's.
	Dimension string
	// Quantity is a decimal as for [Meter.Add]. "0" closes the hour too.
	Quantity string
	// Timestamp is when it was used, at most six hours ago; the zero time for now.
	Timestamp time.Time
	// ClientToken has 1 to 64 visible characters; "" for a fresh one.
	ClientToken string
	// DryRun asks whether the container may meter, and meters nothing.
	DryRun bool
}

// MeterUsage sends one record, without a journal, and returns AWS's MeteringRecordId, which is not signed; "" after a
// dry run. AWS keeps one quantity for each task or pod, dimension and hour, for good: after an error that leaves the
// outcome open, such as [ErrDeadline], call it again with the same quantity, timestamp and client token.
//
// Errors: [ErrUsageDuplicate] (another quantity stands there), or any other.
func (c *Client) MeterUsage(ctx context.Context, usage Usage) (recordID string, err error) {
	for _, text := range []struct{ name, value string }{
		{"Usage.ProductCode", usage.ProductCode}, {"Usage.Dimension", usage.Dimension},
		{"Usage.Quantity", usage.Quantity}, {"Usage.ClientToken", usage.ClientToken},
	} {
		if err := checkText(text.name, text.value); err != nil {
			return "", err
		}
	}
	err = c.during(ctx, func(engine *engine, stop *cancellation) (err *Error) {
		recordID, err = engine.meterUsage(stop, usage)
		return err
	})
	return recordID, err
}

// seconds is the timestamp as the C library takes it.
func (usage Usage) seconds() int64 {
	if usage.Timestamp.IsZero() {
		return 0
	}
	return usage.Timestamp.Unix()
}

func (usage Usage) flags() uint32 {
	if usage.DryRun {
		return usageDryRun
	}
	return 0
}

// optional is nil for "".
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
