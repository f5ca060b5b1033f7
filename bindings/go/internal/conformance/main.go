// Command conformance performs one case of the conformance table through the Go binding: see
// bindings/conformance/README.md.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"strconv"
	"strings"
	"time"

	mpmeter "github.com/libmpmeter/libmpmeter/bindings/go"
)

type testCase struct {
	Options options
	Call    struct {
		Function  string
		Arguments struct {
			ProductCode      text  `json:"product_code"`
			Nonce            *text `json:"nonce"`
			Token            text
			PublicKeyVersion number `json:"public_key_version"`
			Region           text
			Kinds            []text
			Register         bool
			meterArguments
		}
	}
}

type options struct {
	PublicKeys []struct {
		File    text
		PEM     text
		Version number
	} `json:"public_keys"`
	TrustedProducts      map[string]string `json:"trusted_products"`
	AcceptFreeProducts   bool              `json:"accept_free_products"`
	DeadlineMS           int64             `json:"deadline_ms"`
	RegionPolicy         string            `json:"region_policy"`
	UnverifiedKeyVersion *int              `json:"unverified_key_version"`
	CancelAfterMS        *int64            `json:"cancel_after_ms"`
	plainOptions
}

// text is a string; one that begins with $ stands for an environment variable.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var plain string
	if err := json.Unmarshal(data, &plain); err != nil {
		return err
	}
	if name, found := strings.CutPrefix(plain, "$"); found {
		plain = os.Getenv(name)
	}
	*t = text(plain)
	return nil
}

// number is a number, or a text of one.
type number int

func (n *number) UnmarshalJSON(data []byte) error {
	var plain int
	if json.Unmarshal(data, &plain) == nil {
		*n = number(plain)
		return nil
	}
	var t text
	if err := json.Unmarshal(data, &t); err != nil {
		return err
	}
	value, err := strconv.Atoi(string(t))
	*n = number(value)
	return err
}

type object map[string]any

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(2)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return errors.New("usage: conformance CASE.json | --statuses")
	}
	if os.Args[1] == "--statuses" {
		return print(statuses())
	}
	data, err := os.ReadFile(os.Args[1])
	if err != nil {
		return err
	}
	var c testCase
	if err := json.Unmarshal(data, &c); err != nil {
		return err
	}
	answer, err := perform(c)
	if err != nil {
		var failure *mpmeter.Error
		if !errors.As(err, &failure) {
			return err
		}
		found := answer
		answer = describeFailure(failure)
		if c.Call.Function == "meter" {
			maps.Copy(answer, found)
		}
	}
	return print(answer)
}

func print(value any) error {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

func perform(c testCase) (object, error) {
	arguments := c.Call.Arguments
	switch c.Call.Function {
	case "endpoint":
		var kinds []mpmeter.EndpointKind
		for _, kind := range arguments.Kinds {
			kinds = append(kinds,
				map[text]mpmeter.EndpointKind{"fips": mpmeter.FIPS, "dualstack": mpmeter.DualStack}[kind])
		}
		url, err := mpmeter.Endpoint(string(arguments.Region), kinds...)
		return success(object{"endpoint": url}), err
	case "version":
		return success(object{"version": mpmeter.Version()}), nil
	}

	config, err := configure(c.Options)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if after := c.Options.CancelAfterMS; after != nil && *after == 0 {
		cancel()
	} else if after != nil {
		time.AfterFunc(time.Duration(*after)*time.Millisecond, cancel)
	}
	if c.Call.Function == "diagnose" {
		return diagnose(ctx, config, string(arguments.ProductCode), arguments.Register)
	}
	client, err := mpmeter.New(config)
	if err != nil {
		return nil, err
	}
	defer client.Close()

	switch c.Call.Function {
	case "register_usage", "register_usage_twice":
		var chosen []mpmeter.RegisterOption
		if arguments.Nonce != nil {
			chosen = append(chosen, mpmeter.WithNonce(string(*arguments.Nonce)))
		}
		registration, err := client.RegisterUsage(ctx, string(arguments.ProductCode), chosen...)
		if err == nil && c.Call.Function == "register_usage_twice" {
			registration, err = client.RegisterUsage(ctx, string(arguments.ProductCode), chosen...)
		}
		return describeRegistration(registration), err
	case "verify":
		var nonce string
		if arguments.Nonce != nil {
			nonce = string(*arguments.Nonce)
		}
		registration, err := client.Verify(mpmeter.Proof{
			Token: string(arguments.Token), ProductCode: string(arguments.ProductCode),
			PublicKeyVersion: int(arguments.PublicKeyVersion),
			Nonce:            nonce,
		})
		return describeRegistration(registration), err
	case "find_region":
		region, err := client.FindRegion(ctx)
		if err != nil {
			return nil, err
		}
		return success(object{
			"region": region.Name, "region_source": region.Source, "platform": region.Platform,
			"supported": region.Supported,
		}), nil
	case "meter":
		return meter(ctx, client, string(arguments.ProductCode), arguments.meterArguments)
	case "meter_usage":
		return usage(ctx, client, string(arguments.ProductCode), arguments.meterArguments)
	default:
		return nil, fmt.Errorf("there is no function %q", c.Call.Function)
	}
}

func diagnose(ctx context.Context, config mpmeter.Config, code string, register bool) (object, error) {
	var chosen []mpmeter.DiagnoseOption
	if register {
		chosen = append(chosen, mpmeter.SendRegistration())
	}
	diagnosis, err := mpmeter.Diagnose(ctx, config, []string{code}, chosen...)
	if err != nil {
		return nil, err
	}
	var report struct {
		FirstFailure *string `json:"first_failure"`
		Checks       []any
	}
	if err := json.Unmarshal(diagnosis.JSON, &report); err != nil {
		return nil, err
	}
	return success(object{"verdict": diagnosis.Status.String(), "first_failure": report.FirstFailure,
		"checks": len(report.Checks)}), nil
}

var policies = map[string]mpmeter.RegionPolicy{
	"ask": mpmeter.RegionAsk, "enforce": mpmeter.RegionEnforce, "attempt": mpmeter.RegionAttempt,
}

func configure(o options) (mpmeter.Config, error) {
	config := mpmeter.Config{
		AcceptFreeProducts: o.AcceptFreeProducts,
		Deadline:           time.Duration(o.DeadlineMS) * time.Millisecond,
		RegionPolicy:       policies[o.RegionPolicy],
	}
	o.plainOptions.set(&config)
	for _, key := range o.PublicKeys {
		pem := string(key.PEM)
		if key.File != "" {
			data, err := os.ReadFile(string(key.File))
			if err != nil {
				return config, err
			}
			pem = string(data)
		}
		config.PublicKeys = append(config.PublicKeys, mpmeter.PublicKey{Version: int(key.Version), PEM: pem})
	}
	if o.TrustedProducts != nil {
		config.TrustedProducts = map[string]mpmeter.ProductKind{}
	}
	for code, kind := range o.TrustedProducts {
		config.TrustedProducts[code] = map[string]mpmeter.ProductKind{"paid": mpmeter.Paid, "free": mpmeter.Free}[kind]
	}
	if o.UnverifiedKeyVersion != nil {
		config.Unverified, config.UnverifiedKeyVersion = true, *o.UnverifiedKeyVersion
	}
	return config, nil
}

func success(o object) object {
	o["status"], o["code"], o["action"] = mpmeter.StatusOK.String(), int(mpmeter.StatusOK), mpmeter.Proceed.String()
	o["message"], o["fix"], o["error_type"] = mpmeter.StatusOK.Message(), "", nil
	return o
}

func describeRegistration(r *mpmeter.Registration) object {
	if r == nil {
		return nil
	}
	o := success(object{
		"product_code": r.ProductCode, "product_kind": r.ProductKind.String(), "public_key_version": r.PublicKeyVersion,
		"nonce":    r.Nonce,
		"verified": r.Verified, "signature": r.Signature, "public_key_rotation": known(r.PublicKeyRotation),
		"region":        known(r.Region),
		"region_source": known(r.RegionSource), "credentials_source": known(r.CredentialsSource),
		"platform":   known(r.Platform),
		"request_id": known(r.RequestID), "attempts": r.Attempts, "elapsed_ms": r.Elapsed.Milliseconds(),
		"issued_at": nil,
	})
	if !r.IssuedAt.IsZero() {
		o["issued_at"] = r.IssuedAt.Unix()
	}
	return o
}

func describeFailure(e *mpmeter.Error) object {
	o := object{
		"status": e.Status.String(), "code": int(e.Status), "action": e.Action.String(), "message": e.Message,
		"fix":        e.Fix,
		"text":       e.Text(),
		"error_type": sentinelName(e), "region": known(e.Region), "region_source": known(e.RegionSource),
		"credentials_source": known(e.CredentialsSource), "platform": known(e.Platform),
		"request_id": known(e.RequestID),
		"aws_type":   known(e.AWSType), "http_status": nil, "attempts": e.Attempts,
		"elapsed_ms": e.Elapsed.Milliseconds(),
	}
	if e.HTTPStatus != 0 {
		o["http_status"] = e.HTTPStatus
	}
	return o
}

func known(value string) any {
	if value == "" {
		return nil
	}
	return value
}
