package mpmeter

/*
#include <mpmeter.h>
#include <stdlib.h>

extern void mpmeterGoLog(uintptr_t handle, int32_t level, char *message);

static void mpmeter_go_log(void *context, mpmeter_log_level level, const char *message)
{
	mpmeterGoLog((uintptr_t)context, level, (char *)message);
}

// A handle is a number, not an address; only C may call it a pointer.
static mpmeter_status mpmeter_go_set_log(mpmeter_options *options, uintptr_t handle)
{
	return mpmeter_options_set_log(options, mpmeter_go_log, (void *)handle, MPMETER_LOG_DEBUG);
}
*/
import "C"

import (
	"fmt"
	"log/slog"
	"math"
	"runtime/cgo"
	"slices"
	"strings"
	"time"
	"unsafe"
)

// Config says how a [Client] is to behave. PublicKeys is what every program needs; everything else has a default.
type Config struct {
	// PublicKeys are the keys that AWS Marketplace issued for the product. Several make ready for a rotation: the first is used first, and
	// the next one after an InvalidPublicKeyVersionException.
	PublicKeys []PublicKey

	// MinimumKeyBits is the size from which on RSA keys are accepted: 1024 to 16384, by default 2048. AWS's oldest sample key has 1024.
	MinimumKeyBits int

	// TrustedProducts are the product codes that may register. Without it the code given to [Client.RegisterUsage] is taken to be compiled
	// into the program; with it, a code outside it is refused. Use it whenever a buyer could change the code (Helm, CloudFormation,
	// environment). A map that is not nil and holds nothing is refused.
	// https://docs.aws.amazon.com/marketplace/latest/userguide/container-products-billing-integration.html
	TrustedProducts map[string]ProductKind

	// AcceptFreeProducts lets trusted codes of free products register too.
	AcceptFreeProducts bool

	// Unverified goes without the proof: the answer's signature is not checked, and any server in AWS's place could have given it. A
	// redirected metering endpoint (AWS_ENDPOINT_URL…) is then ignored.
	Unverified bool

	// UnverifiedKeyVersion is the key version to ask AWS for when Unverified is set and there are no PublicKeys: 1 or more, by default 1.
	UnverifiedKeyVersion int

	// Deadline is how long one [Client.RegisterUsage] may take in all, retries included: 1 ms to 24 h, by default 30 minutes, as AWS
	// recommends. Parts of a millisecond are rounded up.
	Deadline time.Duration

	// AttemptUnsupportedRegions calls even in a Region that is known not to offer RegisterUsage: AWS may have added it since this release.
	// By default that is [ErrRegionUnsupported], before any call.
	AttemptUnsupportedRegions bool

	// Logger receives the library's log: debug for each source asked, info for what was resolved and each retry, warn for what somebody
	// should look at. By default nobody does. A call waits for its handler, which must not use the same client; what it panics with is
	// dropped.
	Logger *slog.Logger
}

// PublicKey is a key that AWS Marketplace issued for a product.
type PublicKey struct {
	// Version is the PublicKeyVersion, 1 or more; 0 stands for 1, AWS's first.
	Version int
	// PEM is "BEGIN PUBLIC KEY" or "BEGIN RSA PUBLIC KEY"; also the base64 of such a PEM, or one in which line ends are written as \n, as
	// environment variables and Helm values tend to hold it.
	PEM string
}

// ProductKind is what a product code stands for.
type ProductKind int32

const (
	Paid ProductKind = C.MPMETER_PRODUCT_PAID // A buyer pays for it.
	Free ProductKind = C.MPMETER_PRODUCT_FREE // A free product: never to stand in for a paid one.
)

// String is "paid" or "free".
func (k ProductKind) String() string {
	switch k {
	case Paid:
		return "paid"
	case Free:
		return "free"
	default:
		return fmt.Sprintf("ProductKind(%d)", int32(k))
	}
}

// newClient makes the C client. The handle is the log's, to be deleted after the client is freed; it is 0 without one.
func (config Config) newClient() (*C.mpmeter_client, cgo.Handle, *Error) {
	options, handle, err := config.newOptions()
	if err != nil {
		return nil, 0, err
	}
	defer C.mpmeter_options_free(options)
	var client *C.mpmeter_client
	var details *C.mpmeter_error
	status := C.mpmeter_client_new(options, &client, &details)
	if err := newError(status, details); err != nil {
		if handle != 0 {
			handle.Delete()
		}
		return nil, 0, err
	}
	return client, handle, nil
}

// newOptions makes the C options, which the caller frees. The handle is the log's, to be deleted after the last call with them; it is 0 without one.
func (config Config) newOptions() (*C.mpmeter_options, cgo.Handle, *Error) {
	var options *C.mpmeter_options
	if err := newError(C.mpmeter_options_new(&options), nil); err != nil {
		return nil, 0, err
	}
	if err := config.set(options); err != nil {
		C.mpmeter_options_free(options)
		return nil, 0, err
	}
	if config.Logger == nil {
		return options, 0, nil
	}
	handle := cgo.NewHandle(config.Logger)
	if err := newError(C.mpmeter_go_set_log(options, C.uintptr_t(handle)), nil); err != nil {
		C.mpmeter_options_free(options)
		handle.Delete()
		return nil, 0, err
	}
	return options, handle, nil
}

func (config Config) set(options *C.mpmeter_options) *Error {
	for i, key := range config.PublicKeys {
		field := fmt.Sprintf("Config.PublicKeys[%d]", i)
		number := key.Version
		if number == 0 {
			number = 1
		}
		version, err := cInt32(field+".Version", number)
		if err != nil {
			return err
		}
		pem, err := cText(field+".PEM", key.PEM)
		if err != nil {
			return err
		}
		status := C.mpmeter_options_add_public_key(options, version, pem)
		C.free(unsafe.Pointer(pem))
		if err := refused(status, field, fmt.Sprintf("version %d; it must be 1 or more, and none may come twice", number)); err != nil {
			return err
		}
	}
	if config.MinimumKeyBits != 0 {
		bits, err := cInt32("Config.MinimumKeyBits", config.MinimumKeyBits)
		if err != nil {
			return err
		}
		status := C.mpmeter_options_set_minimum_key_bits(options, bits)
		if err := refused(status, "Config.MinimumKeyBits", fmt.Sprintf("%d; it must be 1024 to 16384", config.MinimumKeyBits)); err != nil {
			return err
		}
	}
	if err := config.setProducts(options); err != nil {
		return err
	}
	if err := config.setUnverified(options); err != nil {
		return err
	}
	if config.Deadline != 0 {
		milliseconds := config.Deadline / time.Millisecond
		if config.Deadline%time.Millisecond > 0 {
			milliseconds++
		}
		status := C.mpmeter_options_set_deadline_ms(options, C.int64_t(milliseconds))
		if err := refused(status, "Config.Deadline", config.Deadline.String()+"; it must be 1 ms to 24 h"); err != nil {
			return err
		}
	}
	if config.AttemptUnsupportedRegions {
		return newError(C.mpmeter_options_set_region_policy(options, C.MPMETER_REGION_ATTEMPT), nil)
	}
	return nil
}

func (config Config) setProducts(options *C.mpmeter_options) *Error {
	if config.TrustedProducts != nil && len(config.TrustedProducts) == 0 {
		return invalidArgument("Config.TrustedProducts is empty: no product could register (nil stands for no list)")
	}
	codes := make([]string, 0, len(config.TrustedProducts))
	for code := range config.TrustedProducts {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	for _, code := range codes {
		kind := config.TrustedProducts[code]
		text, err := cText("a code of Config.TrustedProducts", code)
		if err != nil {
			return err
		}
		status := C.mpmeter_options_trust_product(options, text, C.mpmeter_product_kind(kind))
		C.free(unsafe.Pointer(text))
		if err := refused(status, "Config.TrustedProducts", fmt.Sprintf("%q, %v; it is not a product code and Paid or Free", code, kind)); err != nil {
			return err
		}
	}
	if config.AcceptFreeProducts {
		return newError(C.mpmeter_options_accept_free_products(options, 1), nil)
	}
	return nil
}

func (config Config) setUnverified(options *C.mpmeter_options) *Error {
	if !config.Unverified {
		if config.UnverifiedKeyVersion != 0 {
			return invalidArgument("Config.UnverifiedKeyVersion is set, but Config.Unverified is not")
		}
		return nil
	}
	number := config.UnverifiedKeyVersion
	if number == 0 {
		number = 1
	}
	version, err := cInt32("Config.UnverifiedKeyVersion", number)
	if err != nil {
		return err
	}
	return refused(C.mpmeter_options_set_unverified(options, version), "Config.UnverifiedKeyVersion", fmt.Sprintf("%d; it must be 1 or more", number))
}

// refused names the field of an option that was not accepted.
func refused(status C.mpmeter_status, field, value string) *Error {
	err := newError(status, nil)
	if err != nil && err.Status == StatusInvalidArgument {
		err.Message = field + " is " + value
	}
	return err
}

func cInt32(name string, value int) (C.int32_t, *Error) {
	if value < math.MinInt32 || value > math.MaxInt32 {
		return 0, invalidArgument(fmt.Sprintf("%s is %d, which is out of range", name, value))
	}
	return C.int32_t(value), nil
}

// cText copies text for C, which would take a NUL for its end. The caller frees it.
func cText(name, text string) (*C.char, *Error) {
	if strings.IndexByte(text, 0) >= 0 {
		return nil, invalidArgument(name + " has a NUL byte in it")
	}
	return C.CString(text), nil
}
