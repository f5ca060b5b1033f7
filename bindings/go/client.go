package mpmeter

// #include <mpmeter.h>
import "C"

import (
	"context"
	"runtime"
	"runtime/cgo"
	"sync"
)

// Client is everything that a program needs to register. Make one with [New] and keep it; any number of goroutines may use it.
type Client struct {
	*handle
	cleanup runtime.Cleanup
}

// handle is what a Client stands for. It never points to the Client, so that one that was forgotten can be collected.
type handle struct {
	client *C.mpmeter_client
	log    cgo.Handle

	mutex  sync.Mutex
	closed bool
	calls  map[*C.mpmeter_cancellation]struct{}
	// Goes up only while closed is false.
	running sync.WaitGroup
	free    sync.Once
}

// New makes a client: it reads the public keys and the environment. No file is opened, and nothing is sent.
//
// Errors: [ErrInvalidArgument]; [ErrPublicKey] (a key cannot be used, or there is none and Unverified is not set); [ErrOutOfMemory];
// [ErrInternal].
func New(config Config) (*Client, error) {
	client, log, err := config.newClient()
	if err != nil {
		return nil, err
	}
	h := &handle{client: client, log: log, calls: map[*C.mpmeter_cancellation]struct{}{}}
	c := &Client{handle: h}
	c.cleanup = runtime.AddCleanup(c, (*handle).close, h)
	return c, nil
}

// Close frees the client. Calls under way are cancelled, and waited for: they end within 100 ms, with an error that wraps [ErrClosed]. Later
// calls fail with such an error. Registrations go on. Closing twice, and from several goroutines, is fine; the error is always nil. Close must
// not be called from the client's own log handler.
//
// A client that is no longer referred to is closed when the garbage collector finds it.
func (c *Client) Close() error {
	if c == nil || c.handle == nil {
		return nil
	}
	c.cleanup.Stop()
	c.handle.close()
	return nil
}

func (h *handle) close() {
	h.mutex.Lock()
	h.closed = true
	for cancellation := range h.calls {
		C.mpmeter_cancellation_cancel(cancellation)
	}
	h.mutex.Unlock()
	h.running.Wait()
	h.free.Do(func() {
		C.mpmeter_client_free(h.client)
		if h.log != 0 {
			h.log.Delete()
		}
	})
}

// enter lets a call begin, unless the client is closed. Each is followed by leave, before the cancellation (or NULL) is freed.
func (h *handle) enter(cancellation *C.mpmeter_cancellation) *Error {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.closed {
		err := invalidArgument("the client is closed")
		err.causes = []error{ErrClosed}
		return err
	}
	if cancellation != nil {
		h.calls[cancellation] = struct{}{}
	}
	h.running.Add(1)
	return nil
}

func (h *handle) leave(cancellation *C.mpmeter_cancellation) {
	h.mutex.Lock()
	delete(h.calls, cancellation)
	h.mutex.Unlock()
	h.running.Done()
}

func (h *handle) isClosed() bool {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return h.closed
}

// during runs a call that ends when ctx or the client does.
func (c *Client) during(ctx context.Context, call func(*C.mpmeter_client, *C.mpmeter_cancellation) *Error) error {
	if c == nil || c.handle == nil {
		return invalidArgument("the client was not made by New")
	}
	if ctx == nil {
		return invalidArgument("the context is nil")
	}
	defer runtime.KeepAlive(c)

	var cancellation *C.mpmeter_cancellation
	if err := newError(C.mpmeter_cancellation_new(&cancellation), nil); err != nil {
		return err
	}
	defer C.mpmeter_cancellation_free(cancellation)
	if err := c.enter(cancellation); err != nil {
		return err
	}
	defer c.leave(cancellation)
	if ctx.Err() != nil {
		return new(Error).endedBy(ctx)
	}
	if ctx.Done() != nil {
		cancelled := make(chan struct{})
		stop := context.AfterFunc(ctx, func() {
			C.mpmeter_cancellation_cancel(cancellation)
			close(cancelled)
		})
		defer func() {
			if !stop() {
				<-cancelled
			}
		}()
	}

	err := call(c.client, cancellation)
	switch {
	case err == nil:
		return nil
	case err.Status != StatusCancelled:
		return err
	case ctx.Err() != nil:
		return err.endedBy(ctx)
	case c.isClosed():
		err.Message = "the client was closed during the call"
		err.causes = []error{ErrClosed}
	}
	return err
}
