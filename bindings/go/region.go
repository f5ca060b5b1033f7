package mpmeter

/*
#include <mpmeter.h>
#include <stdlib.h>
*/
import "C"

import (
	"context"
	"unsafe"
)

// Region is one that was found.
type Region struct {
	Name string // Such as "eu-west-3".
	// Source is where it was found: "AWS_REGION", "AWS_DEFAULT_REGION", "ecs-task-metadata", "eks-web-identity-token" or
	// "ec2-instance-metadata".
	Source    string
	Platform  string // "ecs", "fargate", "eks", "ec2" or "none".
	Supported bool   // False if AWS's documentation names it as one where RegisterUsage is not offered.
}

// FindRegion finds the Region that the program runs in, without registering: AWS_REGION, AWS_DEFAULT_REGION, the ECS task's ARN, the issuer of
// the EKS web-identity token, EC2 instance metadata, in this order. Never a default.
//
// Errors: [ErrRegionNotFound]; [ErrDeadline]; [ErrCancelled]; [ErrInvalidArgument]; [ErrOutOfMemory]; [ErrInternal].
func (c *Client) FindRegion(ctx context.Context) (*Region, error) {
	var out *C.mpmeter_region
	err := c.during(ctx, func(client *C.mpmeter_client, cancellation *C.mpmeter_cancellation) *Error {
		var details *C.mpmeter_error
		status := C.mpmeter_region_find(client, cancellation, &out, &details)
		return newError(status, details)
	})
	if err != nil {
		return nil, err
	}
	defer C.mpmeter_region_free(out)
	return &Region{
		Name:      C.GoString(C.mpmeter_region_name(out)),
		Source:    C.GoString(C.mpmeter_region_source(out)),
		Platform:  C.GoString(C.mpmeter_region_platform(out)),
		Supported: C.mpmeter_region_supported(out) != 0,
	}, nil
}

// EndpointKind is a kind of endpoint.
type EndpointKind uint32

const (
	FIPS      EndpointKind = C.MPMETER_ENDPOINT_FIPS      // One whose cryptography is validated under FIPS 140.
	DualStack EndpointKind = C.MPMETER_ENDPOINT_DUALSTACK // One that is reached over IPv4 and IPv6.
)

// Endpoint is the URL at which RegisterUsage is served in a Region, by AWS's endpoint rules for the service. It says where to look, not that AWS
// has put a server there.
//
// Errors: [ErrInvalidArgument] (not the name of a Region, or a kind that its partition does not have); [ErrOutOfMemory].
func Endpoint(region string, kinds ...EndpointKind) (string, error) {
	name, err := cText("the Region", region)
	if err != nil {
		return "", err
	}
	defer C.free(unsafe.Pointer(name))
	var all EndpointKind
	for _, kind := range kinds {
		all |= kind
	}
	var url *C.char
	if err := refused(C.mpmeter_endpoint(name, C.uint32_t(all), &url), "the Region", region+", or has no such endpoint"); err != nil {
		return "", err
	}
	defer C.mpmeter_string_free(url)
	return C.GoString(url), nil
}

// Version is the version of the library that is loaded, as "major.minor.patch".
func Version() string { return C.GoString(C.mpmeter_version()) }
