//go:build !cgo

package mpmeter

import (
	"encoding/json"
	"time"
)

// request is one call, as `mpmeter call` takes it: see Sources/CLI/cmd_call.c.
type request struct {
	Function  string    `json:"function"`
	Settings  []setting `json:"settings"`
	Log       bool      `json:"log"`
	Arguments arguments `json:"arguments"`
}

type arguments struct {
	ProductCode      string   `json:"product_code"`
	Nonce            *string  `json:"nonce,omitempty"`
	Token            string   `json:"token"`
	PublicKeyVersion int      `json:"public_key_version"`
	Region           string   `json:"region"`
	Kinds            uint32   `json:"kinds"`
	ProductCodes     []string `json:"product_codes"`
	Flags            uint32   `json:"flags"`

	Journal     string      `json:"journal"`
	MeterFlags  uint32      `json:"meter_flags"`
	Dimension   *string     `json:"dimension,omitempty"`
	Dimensions  []string    `json:"dimensions,omitempty"`
	Quantity    string      `json:"quantity"`
	Tags        [][2]string `json:"tags,omitempty"`
	Timestamp   int64       `json:"timestamp"`
	ClientToken *string     `json:"client_token,omitempty"`
}

// answer is one line that it prints: one of the log, or the last, the outcome.
type answer struct {
	Log   *string
	Level int

	Code         *int32
	Refused      *int // The place of the setting that was not accepted.
	Error        *failure
	Registration json.RawMessage
	Region       *Region
	URL          string
	Verdict      int32
	Diagnosis    string
	Milliseconds int64
	Books        string
	RecordID     string `json:"record_id"`
}

// failure is mpmeter_error_json().
type failure struct {
	Message           string
	Fix               string
	Region            string
	RegionSource      string `json:"region_source"`
	CredentialsSource string `json:"credentials_source"`
	Platform          string
	RequestID         string `json:"request_id"`
	AWSType           string `json:"aws_type"`
	HTTPStatus        int    `json:"http_status"`
	Attempts          int
	ElapsedMS         int64 `json:"elapsed_ms"`
}

// err is nil for a success.
func (a *answer) err(settings []setting) *Error {
	if *a.Code == int32(StatusOK) {
		return nil
	}
	err := errorOf(Status(*a.Code))
	if f := a.Error; f != nil {
		err.Message, err.Fix, err.HTTPStatus = f.Message, f.Fix, f.HTTPStatus
		err.AWSType, err.RequestID, err.Platform = f.AWSType, f.RequestID, f.Platform
		err.Region, err.RegionSource, err.CredentialsSource = f.Region, f.RegionSource, f.CredentialsSource
		err.Attempts, err.Elapsed = f.Attempts, milliseconds(f.ElapsedMS)
	}
	if a.Refused != nil && *a.Refused >= 0 && *a.Refused < len(settings) {
		return err.refused(settings[*a.Refused].refused)
	}
	return err
}

func (a *answer) registration() (*Registration, *Error) {
	var found struct {
		ProductCode       string `json:"product_code"`
		ProductKind       int32  `json:"product_kind"`
		PublicKeyVersion  int    `json:"public_key_version"`
		Nonce             string
		Verified          bool
		Signature         string
		PublicKeyRotation string `json:"public_key_rotation"`
		IssuedAt          int64  `json:"issued_at"`
		Region            string
		RegionSource      string `json:"region_source"`
		CredentialsSource string `json:"credentials_source"`
		Platform          string
		RequestID         string `json:"request_id"`
		Attempts          int
		ElapsedMS         int64 `json:"elapsed_ms"`
	}
	if err := json.Unmarshal(a.Registration, &found); err != nil {
		return nil, internal("the embedded mpmeter answered something else than a registration: " + err.Error())
	}
	registration := &Registration{
		ProductCode: found.ProductCode, ProductKind: ProductKind(found.ProductKind),
		PublicKeyVersion: found.PublicKeyVersion, PublicKeyRotation: found.PublicKeyRotation,
		Nonce: found.Nonce, Verified: found.Verified, Signature: found.Signature, Region: found.Region,
		RegionSource: found.RegionSource, CredentialsSource: found.CredentialsSource, Platform: found.Platform,
		RequestID: found.RequestID, Attempts: found.Attempts, Elapsed: milliseconds(found.ElapsedMS),
	}
	if found.IssuedAt != 0 {
		registration.IssuedAt = time.Unix(found.IssuedAt, 0).UTC()
	}
	return registration, nil
}
