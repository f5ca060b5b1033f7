package mpmeter

/*
#include <mpmeter.h>
#include <stdlib.h>

static const char **mpmeter_go_texts(int count) { return calloc((size_t)count + 1, sizeof(char *)); }

static void mpmeter_go_set_text(const char **texts, int index, const char *text) { texts[index] = text; }
*/
import "C"

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"sync"
	"time"
	"unsafe"
)

// Meter is the usage of one product in this task or pod: what is added goes into a journal, and from there to AWS, once
// an hour. Any number of goroutines may use it, and other processes the same journal. What is promised is in
// docs/metering.md.
type Meter struct {
	client *Client
	// Held for reading by each call, for writing by Close.
	mutex sync.RWMutex
	meter *C.mpmeter_meter
}

// MeterConfig says how usage is billed.
type MeterConfig struct {
	// WholeUnits bills whole units only, for a dimension that is sold by the piece; the rest is carried to the next
	// hour.
	WholeUnits bool
	// HoldLate holds usage that could not be sent within six hours, instead of billing it in the current hour.
	HoldLate bool
}

// OpenMeter opens the journal at that path, or makes it. It must lie on a volume that outlives the container. Nothing
// is sent. For metering alone the client needs no public key: [Config.Unverified].
//
// Errors: [ErrInvalidArgument]; [ErrUntrustedProduct]; [ErrPlatformNotSupported] (Amazon Bedrock AgentCore);
// [ErrJournal]; [ErrJournalDamaged] (a file that is empty, cut or damaged is never begun anew); [ErrJournalBusy];
// [ErrOutOfMemory]; [ErrInternal].
func (c *Client) OpenMeter(productCode, journal string, config MeterConfig) (*Meter, error) {
	if c == nil || c.handle == nil {
		return nil, invalidArgument("the client was not made by New")
	}
	code, wrong := cText("the product code", productCode)
	if wrong != nil {
		return nil, wrong
	}
	defer C.free(unsafe.Pointer(code))
	path, wrong := cText("the journal's path", journal)
	if wrong != nil {
		return nil, wrong
	}
	defer C.free(unsafe.Pointer(path))
	var flags C.uint32_t
	if config.WholeUnits {
		flags |= C.MPMETER_METER_WHOLE_UNITS
	}
	if config.HoldLate {
		flags |= C.MPMETER_METER_HOLD_LATE
	}
	if err := c.enter(nil); err != nil {
		return nil, err
	}
	defer c.leave(nil)
	meter := &Meter{client: c}
	var details *C.mpmeter_error
	if err := newError(C.mpmeter_meter_open(c.engine.client, code, path, flags, &meter.meter, &details),
		details); err != nil {
		return nil, err
	}
	runtime.AddCleanup(meter, func(m *C.mpmeter_meter) { C.mpmeter_meter_free(m) }, meter.meter)
	return meter, nil
}

// Close ends the use of the meter; calls under way are waited for. What was added stays in the journal. Closing twice
// is fine; the error is always nil. A meter that is no longer referred to is freed when the garbage collector finds it.
func (m *Meter) Close() error {
	if m == nil {
		return nil
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.client = nil
	return nil
}

// use runs a call with the C meter, which is not freed meanwhile.
func (m *Meter) use(call func(*Client) error) error {
	if m == nil || m.meter == nil {
		return invalidArgument("the meter was not made by OpenMeter")
	}
	defer runtime.KeepAlive(m)
	m.mutex.RLock()
	defer m.mutex.RUnlock()
	if m.client == nil {
		err := invalidArgument("the meter is closed")
		err.causes = []error{ErrClosed}
		return err
	}
	return call(m.client)
}

// local runs a call that sends nothing.
func (m *Meter) local(call func() *Error) error {
	return m.use(func(c *Client) error {
		if err := c.enter(nil); err != nil {
			return err
		}
		defer c.leave(nil)
		if err := call(); err != nil {
			return err
		}
		return nil
	})
}

// Check asks AWS whether this container may meter, and meters nothing. Call it at the start, and go on only if it
// returns nil. The dimension is one of the listing's; "" for one that was added before, or a placeholder, which AWS may
// not know.
func (m *Meter) Check(ctx context.Context, dimension string) error {
	var name *C.char
	if dimension != "" {
		text, wrong := cText("the dimension", dimension)
		if wrong != nil {
			return wrong
		}
		defer C.free(unsafe.Pointer(text))
		name = text
	}
	return m.use(func(c *Client) error {
		return c.during(ctx, func(_ *engine, stop *cancellation) *Error {
			var details *C.mpmeter_error
			status := C.mpmeter_meter_check(m.meter, name, stop.pointer, &details)
			return newError(status, details)
		})
	})
}

// Add adds usage: a decimal from 0 to 9999999999.999999 with at most six places, such as "17" or "0.25". When it
// returns nil, the usage is on the disk; after an error nothing was added. At most five tags.
//
// Errors: [ErrInvalidArgument]; [ErrJournal] (such as a full disk); [ErrJournalDamaged]; [ErrJournalBusy];
// [ErrOutOfMemory]; [ErrInternal].
func (m *Meter) Add(dimension, quantity string, tags map[string]string) error {
	var freed []unsafe.Pointer
	defer func() {
		for _, pointer := range freed {
			C.free(pointer)
		}
	}()
	copied := func(name, text string) (*C.char, *Error) {
		found, err := cText(name, text)
		if err == nil {
			freed = append(freed, unsafe.Pointer(found))
		}
		return found, err
	}
	name, wrong := copied("the dimension", dimension)
	if wrong != nil {
		return wrong
	}
	amount, wrong := copied("the quantity", quantity)
	if wrong != nil {
		return wrong
	}
	keys, values := C.mpmeter_go_texts(C.int(len(tags))), C.mpmeter_go_texts(C.int(len(tags)))
	freed = append(freed, unsafe.Pointer(keys), unsafe.Pointer(values))
	index := C.int(0)
	for key, value := range tags {
		k, wrong := copied("a tag's key", key)
		if wrong != nil {
			return wrong
		}
		v, wrong := copied("a tag's value", value)
		if wrong != nil {
			return wrong
		}
		C.mpmeter_go_set_text(keys, index, k)
		C.mpmeter_go_set_text(values, index, v)
		index++
	}
	return m.local(func() *Error {
		var details *C.mpmeter_error
		status := C.mpmeter_meter_add(m.meter, name, amount, keys, values, C.int32_t(len(tags)), &details)
		return newError(status, details)
	})
}

func (m *Meter) send(ctx context.Context, flags C.uint32_t) error {
	return m.use(func(c *Client) error {
		return c.during(ctx, func(_ *engine, stop *cancellation) *Error {
			var details *C.mpmeter_error
			status := C.mpmeter_meter_send(m.meter, flags, stop.pointer, &details)
			return newError(status, details)
		})
	})
}

// Send sends the usage of every hour that is over, and what an earlier one could not settle, with retries until
// [Config.Deadline] or the end of ctx.
//
// Errors: [ErrUsageHeld] (usage became held: see Report); [ErrJournalBusy] (another one sends); or any other: what is
// left waits in the journal.
func (m *Meter) Send(ctx context.Context) error { return m.send(ctx, 0) }

// SendFinal does the same, and sends this hour's usage too: the program ends. What is added afterwards belongs to the
// next hour.
func (m *Meter) SendFinal(ctx context.Context) error { return m.send(ctx, C.MPMETER_SEND_FINAL) }

// NextDue is how long until the next send is due: in this journal's own minute of the hour.
func (m *Meter) NextDue() (time.Duration, error) {
	var milliseconds C.int64_t
	err := m.local(func() *Error {
		var details *C.mpmeter_error
		status := C.mpmeter_meter_next_due(m.meter, &milliseconds, &details)
		return newError(status, details)
	})
	return time.Duration(milliseconds) * time.Millisecond, err
}

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

// Report is the books: what is pending, held and sent.
func (m *Meter) Report() (*Books, error) {
	var document *C.char
	err := m.local(func() *Error {
		var details *C.mpmeter_error
		status := C.mpmeter_meter_report(m.meter, &document, &details)
		return newError(status, details)
	})
	if err != nil {
		return nil, err
	}
	defer C.mpmeter_string_free(document)
	books := new(Books)
	if err := json.Unmarshal([]byte(C.GoString(document)), books); err != nil {
		return nil, err
	}
	return books, nil
}

// Run sends what is due until ctx ends, and then everything that is left, for grace at most: a goroutine of the
// program's. It returns what the last send did. Errors before are given to report, if it is not nil, and what could not
// be sent waits in the journal.
func (m *Meter) Run(ctx context.Context, grace time.Duration, report func(error)) error {
	for ctx.Err() == nil {
		wait, err := m.NextDue()
		if err == nil && wait == 0 {
			wait = time.Second
			err = m.Send(ctx)
		}
		if errors.Is(err, ErrClosed) {
			return err
		}
		// While another process of the pod sends, there is nothing to do.
		if err != nil && ctx.Err() == nil && !errors.Is(err, ErrJournalBusy) && report != nil {
			report(err)
		}
		if err != nil {
			wait = max(wait, time.Second)
		}
		// Others add, and clocks are set: it is looked at again within a minute.
		timer := time.NewTimer(min(wait, time.Minute))
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	return m.SendFinal(last)
}
