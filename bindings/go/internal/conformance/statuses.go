package main

import (
	"errors"

	mpmeter "github.com/libmpmeter/libmpmeter/bindings/go"
)

// The binding's own statuses, each with the variable that errors.Is finds.
var table = []struct {
	status   mpmeter.Status
	name     string
	sentinel error
}{
	{mpmeter.StatusOK, "", nil},
	{mpmeter.StatusInvalidArgument, "ErrInvalidArgument", mpmeter.ErrInvalidArgument},
	{mpmeter.StatusUntrustedProduct, "ErrUntrustedProduct", mpmeter.ErrUntrustedProduct},
	{mpmeter.StatusPublicKey, "ErrPublicKey", mpmeter.ErrPublicKey},
	{mpmeter.StatusRegionNotFound, "ErrRegionNotFound", mpmeter.ErrRegionNotFound},
	{mpmeter.StatusRegionUnsupported, "ErrRegionUnsupported", mpmeter.ErrRegionUnsupported},
	{mpmeter.StatusCredentialsNotFound, "ErrCredentialsNotFound", mpmeter.ErrCredentialsNotFound},
	{mpmeter.StatusCredentialsRejected, "ErrCredentialsRejected", mpmeter.ErrCredentialsRejected},
	{mpmeter.StatusNetwork, "ErrNetwork", mpmeter.ErrNetwork},
	{mpmeter.StatusTLS, "ErrTLS", mpmeter.ErrTLS},
	{mpmeter.StatusDeadline, "ErrDeadline", mpmeter.ErrDeadline},
	{mpmeter.StatusCancelled, "ErrCancelled", mpmeter.ErrCancelled},
	{mpmeter.StatusBadResponse, "ErrBadResponse", mpmeter.ErrBadResponse},
	{mpmeter.StatusCustomerNotEntitled, "ErrCustomerNotEntitled", mpmeter.ErrCustomerNotEntitled},
	{mpmeter.StatusPlatformNotSupported, "ErrPlatformNotSupported", mpmeter.ErrPlatformNotSupported},
	{mpmeter.StatusInvalidRegion, "ErrInvalidRegion", mpmeter.ErrInvalidRegion},
	{mpmeter.StatusInvalidProductCode, "ErrInvalidProductCode", mpmeter.ErrInvalidProductCode},
	{mpmeter.StatusInvalidPublicKeyVersion, "ErrInvalidPublicKeyVersion", mpmeter.ErrInvalidPublicKeyVersion},
	{mpmeter.StatusAPIDisabled, "ErrAPIDisabled", mpmeter.ErrAPIDisabled},
	{mpmeter.StatusAccessDenied, "ErrAccessDenied", mpmeter.ErrAccessDenied},
	{mpmeter.StatusNotAuthenticated, "ErrNotAuthenticated", mpmeter.ErrNotAuthenticated},
	{mpmeter.StatusThrottled, "ErrThrottled", mpmeter.ErrThrottled},
	{mpmeter.StatusServiceUnavailable, "ErrServiceUnavailable", mpmeter.ErrServiceUnavailable},
	{mpmeter.StatusService, "ErrService", mpmeter.ErrService},
	{mpmeter.StatusTokenMalformed, "ErrTokenMalformed", mpmeter.ErrTokenMalformed},
	{mpmeter.StatusTokenAlgorithm, "ErrTokenAlgorithm", mpmeter.ErrTokenAlgorithm},
	{mpmeter.StatusTokenSignature, "ErrTokenSignature", mpmeter.ErrTokenSignature},
	{mpmeter.StatusTokenClaims, "ErrTokenClaims", mpmeter.ErrTokenClaims},
	{mpmeter.StatusOutOfMemory, "ErrOutOfMemory", mpmeter.ErrOutOfMemory},
	{mpmeter.StatusInternal, "ErrInternal", mpmeter.ErrInternal},
}

func statuses() []object {
	var all []object
	for _, row := range table {
		all = append(all, object{
			"status": row.status.String(), "code": int(row.status), "action": row.status.Action().String(), "error_type": known(row.name),
		})
	}
	return all
}

// sentinelName is the name of the one sentinel that errors.Is finds; null if it finds none, or several.
func sentinelName(err error) any {
	var names []string
	for _, row := range table {
		if row.sentinel != nil && errors.Is(err, row.sentinel) {
			names = append(names, row.name)
		}
	}
	if len(names) != 1 {
		return nil
	}
	return names[0]
}
