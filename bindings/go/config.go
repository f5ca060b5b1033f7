package mpmeter

import (
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Config says how a [Client] is to behave. PublicKeys is what every program needs; everything else has a default.
type Config struct {
	// PublicKeys are the keys that AWS Marketplace issued for the product. Several make ready for a rotation: the first
	// is used first, and the next one after an InvalidPublicKeyVersionException.
	PublicKeys []PublicKey

	// generated: fields of plain options, by `make generate`
	// MinimumKeyBits accepts RSA keys with at least this many bits. The default is 2048; AWS's oldest sample key has
	// 1024. It must be 1024 to 16384.
	MinimumKeyBits int

	// AppID names the vendor's product, and its version if you like, at the end of the User-Agent of every request to
	// AWS, as app/ID. CloudTrail shows it as userAgent, so that your support and AWS's can tell which product called.
	// Metadata services and proxies do not see it. The default is none. It is the SDKs' setting sdk_ua_app_id, but only
	// the vendor can set it: AWS_SDK_UA_APP_ID, which a buyer could set, is not read. It must be 1 to 50 letters,
	// digits and !#$%&'*+,-.^_`|~. For example "acme-scanner#2.4.1".
	AppID string
	// end of generated

	// TrustedProducts are the product codes that may register. Without it the code given to [Client.RegisterUsage] is
	// taken to be compiled into the program; with it, a code outside it is refused. Use it whenever a buyer could
	// change the code (Helm, CloudFormation, environment). A map that is not nil and holds nothing is refused.
	// https://docs.aws.amazon.com/marketplace/latest/userguide/container-products-billing-integration.html
	TrustedProducts map[string]ProductKind

	// AcceptFreeProducts lets trusted codes of free products register too.
	AcceptFreeProducts bool

	// Unverified goes without the proof: the answer's signature is not checked, and any server in AWS's place could
	// have given it. A redirected metering endpoint (AWS_ENDPOINT_URL…) is then ignored.
	Unverified bool

	// UnverifiedKeyVersion is the key version to ask AWS for when Unverified is set and there are no PublicKeys: 1 or
	// more, by default 1.
	UnverifiedKeyVersion int

	// Deadline is how long one [Client.RegisterUsage] may take in all, retries included: 1 ms to 24 h, by default 30
	// minutes, as AWS recommends. Parts of a millisecond are rounded up.
	Deadline time.Duration

	// RegionPolicy is what to do in a Region that AWS's documentation names as one where RegisterUsage is not offered:
	// by default [RegionAsk].
	RegionPolicy RegionPolicy

	// AttemptUnsupportedRegions stands for [RegionAttempt] where RegionPolicy is not set.
	//
	// Deprecated: Use RegionPolicy.
	AttemptUnsupportedRegions bool

	// Logger receives the library's log: debug for each source asked, info for what was resolved and each retry, warn
	// for what somebody should look at. By default nobody does. A call waits for its handler, which must not use the
	// same client; what it panics with is dropped.
	Logger *slog.Logger
}

// RegionPolicy is what to do in a Region that AWS's documentation names as one where RegisterUsage is not offered.
type RegionPolicy int

// PublicKey is a key that AWS Marketplace issued for a product.
type PublicKey struct {
	// Version is the PublicKeyVersion, 1 or more; 0 stands for 1, AWS's first.
	Version int
	// PEM is "BEGIN PUBLIC KEY" or "BEGIN RSA PUBLIC KEY"; also the base64 of such a PEM, or one in which line ends are
	// written as \n, as environment variables and Helm values tend to hold it.
	PEM string
}

// ProductKind is what a product code stands for.
type ProductKind int32

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

// setting is one call of an options setter of the C library.
type setting struct {
	Set    string `json:"set"` // The setter's name, without its prefix and verb.
	Number int64  `json:"number"`
	Text   string `json:"text"`

	refused string // The message for when it is not accepted; "" for the library's own.
}

// settings are the setters to call, in order.
func (config Config) settings() ([]setting, *Error) {
	var all []setting
	for i, key := range config.PublicKeys {
		field := fmt.Sprintf("Config.PublicKeys[%d]", i)
		number := key.Version
		if number == 0 {
			number = 1
		}
		if err := checkInt32(field+".Version", number); err != nil {
			return nil, err
		}
		if err := checkText(field+".PEM", key.PEM); err != nil {
			return nil, err
		}
		refused := fmt.Sprintf("%s is version %d; it must be 1 or more, and none may come twice", field, number)
		all = append(all, setting{"public_key", int64(number), key.PEM, refused})
	}
	// generated: plain options, by `make generate`
	if config.MinimumKeyBits != 0 {
		if err := checkInt32("Config.MinimumKeyBits", config.MinimumKeyBits); err != nil {
			return nil, err
		}
		refused := fmt.Sprintf("Config.MinimumKeyBits is %d; it must be 1024 to 16384",
			config.MinimumKeyBits)
		all = append(all, setting{"minimum_key_bits", int64(config.MinimumKeyBits), "", refused})
	}
	if config.AppID != "" {
		if err := checkText("Config.AppID", config.AppID); err != nil {
			return nil, err
		}
		refused := fmt.Sprintf("Config.AppID is %q; it must be 1 to 50 letters, digits and !#$%%&'*+,-.^_`|~",
			config.AppID)
		all = append(all, setting{"app_id", 0, config.AppID, refused})
	}
	// end of generated
	products, err := config.products()
	if err != nil {
		return nil, err
	}
	unverified, err := config.unverified()
	if err != nil {
		return nil, err
	}
	all = append(append(all, products...), unverified...)
	if config.Deadline != 0 {
		milliseconds := config.Deadline / time.Millisecond
		if config.Deadline%time.Millisecond > 0 {
			milliseconds++
		}
		refused := "Config.Deadline is " + config.Deadline.String() + "; it must be 1 ms to 24 h"
		all = append(all, setting{"deadline_ms", int64(milliseconds), "", refused})
	}
	policy, known := regionPolicies[config.RegionPolicy]
	if config.AttemptUnsupportedRegions && config.RegionPolicy == RegionAsk {
		policy = regionPolicies[RegionAttempt]
	}
	if !known {
		return nil, invalidArgument(fmt.Sprintf("Config.RegionPolicy is %d, which is none", int(config.RegionPolicy)))
	}
	return append(all, setting{"region_policy", policy, "", ""}), nil
}

func (config Config) products() ([]setting, *Error) {
	if config.TrustedProducts != nil && len(config.TrustedProducts) == 0 {
		return nil, invalidArgument(
			"Config.TrustedProducts is empty: no product could register (nil stands for no list)")
	}
	codes := make([]string, 0, len(config.TrustedProducts))
	for code := range config.TrustedProducts {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	var all []setting
	for _, code := range codes {
		kind := config.TrustedProducts[code]
		if err := checkText("a code of Config.TrustedProducts", code); err != nil {
			return nil, err
		}
		refused := fmt.Sprintf("Config.TrustedProducts is %q, %v; it is not a product code and Paid or Free", code,
			kind)
		all = append(all, setting{"trust_product", int64(kind), code, refused})
	}
	if config.AcceptFreeProducts {
		all = append(all, setting{"accept_free_products", 1, "", ""})
	}
	return all, nil
}

func (config Config) unverified() ([]setting, *Error) {
	if !config.Unverified {
		if config.UnverifiedKeyVersion != 0 {
			return nil, invalidArgument("Config.UnverifiedKeyVersion is set, but Config.Unverified is not")
		}
		return nil, nil
	}
	number := config.UnverifiedKeyVersion
	if number == 0 {
		number = 1
	}
	if err := checkInt32("Config.UnverifiedKeyVersion", number); err != nil {
		return nil, err
	}
	refused := fmt.Sprintf("Config.UnverifiedKeyVersion is %d; it must be 1 or more", number)
	return []setting{{"unverified", int64(number), "", refused}}, nil
}

// refused says what was not accepted, if that is what happened; message "" stands for the library's own.
func (e *Error) refused(message string) *Error {
	if e != nil && e.Status == StatusInvalidArgument && message != "" {
		e.Message = message
	}
	return e
}

func checkInt32(name string, value int) *Error {
	if value < math.MinInt32 || value > math.MaxInt32 {
		return invalidArgument(fmt.Sprintf("%s is %d, which is out of range", name, value))
	}
	return nil
}

// checkText refuses what C would not take as it is: it would take a NUL for the end.
func checkText(name, text string) *Error {
	if strings.IndexByte(text, 0) >= 0 {
		return invalidArgument(name + " has a NUL byte in it")
	}
	if !utf8.ValidString(text) {
		return invalidArgument(name + " is not valid UTF-8")
	}
	return nil
}
