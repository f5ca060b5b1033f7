package mpmeter

import (
	"context"
	"runtime"
	"sync"
)

// Client is everything that a program needs to register. Make one with [New] and keep it; any number of goroutines may
// use it.
type Client struct {
	*handle
	cleanup runtime.Cleanup
}

// handle is what a Client stands for. It never points to the Client, so that one that was forgotten can be collected.
type handle struct {
	engine *engine

	mutex  sync.Mutex
	closed bool
	calls  map[*cancellation]struct{}
	// Goes up only while closed is false.
	running sync.WaitGroup
	free    sync.Once
}

// New makes a client: it reads the public keys and the environment. No file is opened, and nothing is sent.
//
// Errors: [ErrInvalidArgument]; [ErrPublicKey] (a key cannot be used, or there is none and Unverified is not set);
// [ErrOutOfMemory]; [ErrInternal].
func New(config Config) (*Client, error) {
	settings, err := config.settings()
	if err != nil {
		return nil, err
	}
	made, err := newEngine(settings, config.Logger)
	if err != nil {
		return nil, err
	}
	h := &handle{engine: made, calls: map[*cancellation]struct{}{}}
	c := &Client{handle: h}
	c.cleanup = runtime.AddCleanup(c, (*handle).close, h)
	return c, nil
}

// Close frees the client. Calls under way are cancelled, and waited for: they end within 100 ms, with an error that
// wraps [ErrClosed]. Later calls fail with such an error. Registrations go on. Closing twice, and from several
// goroutines, is fine; the error is always nil. Close must not be called from the client's own log handler.
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
	for stop := range h.calls {
		stop.cancel()
	}
	h.mutex.Unlock()
	h.running.Wait()
	h.free.Do(h.engine.free)
}

// enter lets a call begin, unless the client is closed. Each is followed by leave, before what stops it (or nil) is
// freed.
func (h *handle) enter(stop *cancellation) *Error {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.closed {
		err := invalidArgument("the client is closed")
		err.causes = []error{ErrClosed}
		return err
	}
	if stop != nil {
		h.calls[stop] = struct{}{}
	}
	h.running.Add(1)
	return nil
}

func (h *handle) leave(stop *cancellation) {
	h.mutex.Lock()
	delete(h.calls, stop)
	h.mutex.Unlock()
	h.running.Done()
}

func (h *handle) isClosed() bool {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return h.closed
}

// during runs a call that ends when ctx or the client does.
func (c *Client) during(ctx context.Context, call func(*engine, *cancellation) *Error) error {
	if c == nil || c.handle == nil {
		return invalidArgument("the client was not made by New")
	}
	if ctx == nil {
		return invalidArgument("the context is nil")
	}
	defer runtime.KeepAlive(c)

	stop, err := newCancellation()
	if err != nil {
		return err
	}
	defer stop.free()
	if err := c.enter(stop); err != nil {
		return err
	}
	defer c.leave(stop)
	err = untilDone(ctx, stop, func() *Error { return call(c.engine, stop) })
	if err == nil {
		return nil
	}
	if err.Status == StatusCancelled && ctx.Err() == nil && c.isClosed() {
		err.Message = "the client was closed during the call"
		err.causes = []error{ErrClosed}
	}
	return err
}

// untilDone runs a call that stops when ctx ends.
func untilDone(ctx context.Context, stop *cancellation, call func() *Error) *Error {
	if ctx.Err() != nil {
		return new(Error).endedBy(ctx)
	}
	if ctx.Done() != nil {
		cancelled := make(chan struct{})
		cease := context.AfterFunc(ctx, func() {
			stop.cancel()
			close(cancelled)
		})
		defer func() {
			if !cease() {
				<-cancelled
			}
		}()
	}
	err := call()
	if err != nil && err.Status == StatusCancelled && ctx.Err() != nil {
		return err.endedBy(ctx)
	}
	return err
}
