//go:build !cgo

package mpmeter

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// journal is an open one, without cgo. Nothing stays open between the calls: each opens the file anew, in a process of
// its own.
type journal struct {
	engine            *engine
	productCode, path string
	flags             uint32
}

func (e *engine) openJournal(productCode, path string, flags uint32) (*journal, *Error) {
	// The program may change its folder later.
	if path != "" {
		whole, err := filepath.Abs(path)
		if err != nil {
			return nil, invalidArgument("the journal's path: " + err.Error())
		}
		path = whole
	}
	opened := &journal{e, productCode, path, flags}
	if _, err := e.call(nil, "meter_open", opened.arguments()); err != nil {
		return nil, err
	}
	return opened, nil
}

func (j *journal) free() {}

func (j *journal) arguments() arguments {
	return arguments{ProductCode: j.productCode, Journal: j.path, MeterFlags: j.flags}
}

// call runs a function on the journal, which was made when the meter was opened: one that is gone is not begun anew.
func (j *journal) call(stop *cancellation, function string, asked arguments) (*answer, *Error) {
	if _, err := os.Stat(j.path); errors.Is(err, fs.ErrNotExist) {
		return nil, withMessage(StatusJournal, "the journal is gone: "+j.path)
	}
	return j.engine.call(stop, function, asked)
}

func (j *journal) check(stop *cancellation, dimension string) *Error {
	asked := j.arguments()
	asked.Dimension = optional(dimension)
	_, err := j.call(stop, "meter_check", asked)
	return err
}

func (j *journal) add(dimension, quantity string, tags [][2]string) *Error {
	asked := j.arguments()
	asked.Dimension, asked.Quantity, asked.Tags = &dimension, quantity, tags
	_, err := j.call(nil, "meter_add", asked)
	return err
}

func (j *journal) send(stop *cancellation, flags uint32) *Error {
	asked := j.arguments()
	asked.Flags = flags
	_, err := j.call(stop, "meter_send", asked)
	return err
}

func (j *journal) nextDue() (int64, *Error) {
	found, err := j.call(nil, "meter_next_due", j.arguments())
	if err != nil {
		return 0, err
	}
	return found.Milliseconds, nil
}

func (j *journal) report() (string, *Error) {
	found, err := j.call(nil, "meter_report", j.arguments())
	if err != nil {
		return "", err
	}
	return found.Books, nil
}

func journalReport(path string) (string, *Error) {
	found, err := perform(nil, os.Environ(), nil,
		request{Function: "journal_report", Arguments: arguments{Journal: path}})
	if err != nil {
		return "", err
	}
	return found.Books, nil
}

func (e *engine) meterUsage(stop *cancellation, usage Usage) (string, *Error) {
	found, err := e.call(stop, "meter_usage", arguments{
		ProductCode: usage.ProductCode, Dimension: &usage.Dimension, Quantity: usage.Quantity,
		Timestamp: usage.seconds(), ClientToken: optional(usage.ClientToken), Flags: usage.flags(),
	})
	if err != nil {
		return "", err
	}
	return found.RecordID, nil
}
