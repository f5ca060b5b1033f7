package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	mpmeter "github.com/libmpmeter/libmpmeter/bindings/go"
)

// step is one of a meter's.
type step struct {
	Step      string
	Dimension string
	Quantity  string
	Tags      map[string]string
	Final     bool
}

// meterArguments are those of the functions meter and meter_usage.
type meterArguments struct {
	Journal     string
	Flags       []string
	Steps       []step
	Dimension   string
	Quantity    string
	Timestamp   int64
	ClientToken string `json:"client_token"`
	DryRun      bool   `json:"dry_run"`
}

// meter performs the steps. What it found is printed after a failure too.
func meter(ctx context.Context, client *mpmeter.Client, code string, arguments meterArguments) (object, error) {
	found := object{"steps": 0}
	opened, err := client.OpenMeter(code, arguments.Journal, mpmeter.MeterConfig{
		WholeUnits: slices.Contains(arguments.Flags, "whole_units"),
		HoldLate:   slices.Contains(arguments.Flags, "hold_late"),
	})
	if err != nil {
		return found, err
	}
	defer opened.Close()
	for i, next := range arguments.Steps {
		if err := take(ctx, opened, next, found); err != nil {
			return found, err
		}
		found["steps"] = i + 1
	}
	return success(found), nil
}

func take(ctx context.Context, meter *mpmeter.Meter, next step, found object) error {
	switch {
	case next.Step == "check":
		return meter.Check(ctx, next.Dimension)
	case next.Step == "add":
		return meter.Add(next.Dimension, next.Quantity, next.Tags)
	case next.Step == "send" && next.Final:
		return meter.SendFinal(ctx)
	case next.Step == "send":
		return meter.Send(ctx)
	case next.Step == "next_due":
		due, err := meter.NextDue()
		if err == nil {
			found["due"] = due == 0
		}
		return err
	case next.Step == "report":
		books, err := meter.Report()
		if err == nil {
			found["pending"], found["held"], found["sent"] = entries(books.Pending), entries(books.Held),
				entries(books.Sent)
		}
		return err
	default:
		return fmt.Errorf("there is no step %q", next.Step)
	}
}

func entries(part []mpmeter.BookEntry) []string {
	texts := make([]string, 0, len(part))
	for _, entry := range part {
		texts = append(texts, entry.Dimension+"="+entry.Quantity)
	}
	slices.Sort(texts)
	return texts
}

func usage(ctx context.Context, client *mpmeter.Client, code string, arguments meterArguments) (object, error) {
	record := mpmeter.Usage{
		ProductCode: code, Dimension: arguments.Dimension, Quantity: arguments.Quantity,
		ClientToken: arguments.ClientToken, DryRun: arguments.DryRun,
	}
	if arguments.Timestamp != 0 {
		record.Timestamp = time.Unix(arguments.Timestamp, 0)
	}
	id, err := client.MeterUsage(ctx, record)
	return success(object{"record_id": known(id)}), err
}
