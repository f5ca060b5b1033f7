package mpmeter

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"
)

// Meter is the usage of one product in this task or pod: what is added goes into a journal, and from there to AWS, once
// an hour. Any number of goroutines may use it, and other processes the same journal. What is promised is in
// docs/metering.md.
type Meter struct {
	cleanup runtime.Cleanup
	client  *Client
	journal *journal

	mutex   sync.Mutex
	closed  bool
	running sync.WaitGroup // Calls under way.
	free    sync.Once
}

// MeterConfig says how usage is billed.
type MeterConfig struct {
	// WholeUnits bills whole units only, for a dimension that is sold by the piece; the rest is carried to the next
	// hour.
	WholeUnits bool
	// HoldLate holds usage that could not be sent within six hours, instead of billing it in the current hour.
	HoldLate bool
}

func (config MeterConfig) flags() uint32 {
	var flags uint32
	if config.WholeUnits {
		flags |= meterWholeUnits
	}
	if config.HoldLate {
		flags |= meterHoldLate
	}
	return flags
}

// OpenMeter opens the journal at that path, or makes it. It must lie on a volume that outlives the container. Nothing
// is sent. For metering alone the client needs no public key: [Config.Unverified].
//
// Errors: [ErrInvalidArgument]; [ErrUntrustedProduct]; [ErrPlatformNotSupported] (Amazon Bedrock AgentCore);
// [ErrJournal]; [ErrJournalDamaged] (a file that is empty, cut or damaged is never begun anew); [ErrJournalBusy];
// [ErrOutOfMemory]; [ErrInternal].
func (c *Client) OpenMeter(productCode, path string, config MeterConfig) (*Meter, error) {
	if c == nil || c.handle == nil {
		return nil, invalidArgument("the client was not made by New")
	}
	if err := checkText("the product code", productCode); err != nil {
		return nil, err
	}
	if err := checkText("the journal's path", path); err != nil {
		return nil, err
	}
	defer runtime.KeepAlive(c)
	if err := c.enter(nil); err != nil {
		return nil, err
	}
	defer c.leave(nil)
	opened, err := c.engine.openJournal(productCode, path, config.flags())
	if err != nil {
		return nil, err
	}
	meter := &Meter{client: c, journal: opened}
	meter.cleanup = runtime.AddCleanup(meter, (*journal).free, opened)
	return meter, nil
}

// Close ends the use of the meter; calls under way are waited for, and later ones fail with an error that wraps
// [ErrClosed]. What was added stays in the journal. Closing twice is fine; the error is always nil. A meter that is no
// longer referred to is closed when the garbage collector finds it.
func (m *Meter) Close() error {
	if m == nil || m.journal == nil {
		return nil
	}
	m.cleanup.Stop()
	m.mutex.Lock()
	m.closed = true
	m.mutex.Unlock()
	m.running.Wait()
	m.free.Do(m.journal.free)
	runtime.KeepAlive(m)
	return nil
}

// use runs a call with the journal, which is not freed meanwhile.
func (m *Meter) use(call func(*Client) error) error {
	if m == nil || m.journal == nil {
		return invalidArgument("the meter was not made by OpenMeter")
	}
	defer runtime.KeepAlive(m)
	if err := m.enter(); err != nil {
		return err
	}
	defer m.running.Done()
	return call(m.client)
}

// enter lets a call begin, unless the meter is closed. No lock is held meanwhile, so that a log handler may use the
// meter while Close waits.
func (m *Meter) enter() error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.closed {
		err := invalidArgument("the meter is closed")
		err.causes = []error{ErrClosed}
		return err
	}
	m.running.Add(1)
	return nil
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
//
// Errors: any. Stop on all but those whose Action is [Retry].
func (m *Meter) Check(ctx context.Context, dimension string) error {
	if err := checkText("the dimension", dimension); err != nil {
		return err
	}
	return m.use(func(c *Client) error {
		return c.during(ctx, func(_ *engine, stop *cancellation) *Error { return m.journal.check(stop, dimension) })
	})
}

// Add adds usage: a decimal from 0 to 9999999999.999999 with at most six places, such as "17" or "0.25". When it
// returns nil, the usage is on the disk; after an error nothing was added. At most five tags.
//
// Errors: [ErrInvalidArgument]; [ErrJournal] (such as a full disk); [ErrJournalDamaged]; [ErrJournalBusy];
// [ErrOutOfMemory]; [ErrInternal].
func (m *Meter) Add(dimension, quantity string, tags map[string]string) error {
	if err := checkText("the dimension", dimension); err != nil {
		return err
	}
	if err := checkText("the quantity", quantity); err != nil {
		return err
	}
	pairs := make([][2]string, 0, len(tags))
	for key, value := range tags {
		if err := checkText("a tag's key", key); err != nil {
			return err
		}
		if err := checkText("a tag's value", value); err != nil {
			return err
		}
		pairs = append(pairs, [2]string{key, value})
	}
	return m.local(func() *Error { return m.journal.add(dimension, quantity, pairs) })
}

// Send sends the usage of every hour that is over, and what an earlier one could not settle, with retries until
// [Config.Deadline] or the end of ctx.
//
// Errors: [ErrUsageHeld] (usage became held: see Report); [ErrJournalBusy] (another one sends); or any other: what is
// left waits in the journal.
func (m *Meter) Send(ctx context.Context) error { return m.send(ctx, 0) }

// SendFinal does the same, and sends this hour's usage too: the program ends. What is added afterwards belongs to the
// next hour.
func (m *Meter) SendFinal(ctx context.Context) error { return m.send(ctx, sendFinal) }

func (m *Meter) send(ctx context.Context, flags uint32) error {
	return m.use(func(c *Client) error {
		return c.during(ctx, func(_ *engine, stop *cancellation) *Error { return m.journal.send(stop, flags) })
	})
}

// NextDue is how long until the next send is due: in this journal's own minute of the hour. 0 if it is due.
func (m *Meter) NextDue() (time.Duration, error) {
	var milliseconds int64
	err := m.local(func() (err *Error) {
		milliseconds, err = m.journal.nextDue()
		return err
	})
	return time.Duration(milliseconds) * time.Millisecond, err
}

// Report is the books: what is pending, held and sent.
func (m *Meter) Report() (*Books, error) {
	var document string
	err := m.local(func() (err *Error) {
		document, err = m.journal.report()
		return err
	})
	if err != nil {
		return nil, err
	}
	return readBooks(document)
}

// Run sends what is due until ctx ends, and then everything that is left, for grace at most: a goroutine of the
// program's. It returns what the last send did. Errors before are given to report, if it is not nil, and what could not
// be sent waits in the journal.
func (m *Meter) Run(ctx context.Context, grace time.Duration, report func(error)) error {
	if ctx == nil {
		return invalidArgument("the context is nil")
	}
	for ctx.Err() == nil {
		wait, err := m.NextDue()
		switch {
		case err != nil:
			wait = time.Minute
		case wait == 0:
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
