package mpmeter

import "context"

// Region is one that was found.
type Region struct {
	Name string // Such as "eu-west-3".
	// Source is where it was found: "AWS_REGION", "AWS_DEFAULT_REGION", "ecs-task-metadata", "eks-web-identity-token"
	// or "ec2-instance-metadata".
	Source    string
	Platform  string // "ecs", "fargate", "eks", "ec2" or "none".
	Supported bool   // False if AWS's documentation names it as one where RegisterUsage is not offered.
}

// FindRegion finds the Region that the program runs in, without registering: AWS_REGION, AWS_DEFAULT_REGION, the ECS
// task's ARN, the issuer of the EKS web-identity token, EC2 instance metadata, in this order. Never a default.
//
// Errors: [ErrRegionNotFound]; [ErrDeadline]; [ErrCancelled]; [ErrInvalidArgument]; [ErrOutOfMemory]; [ErrInternal].
func (c *Client) FindRegion(ctx context.Context) (*Region, error) {
	var region *Region
	err := c.during(ctx, func(engine *engine, stop *cancellation) (err *Error) {
		region, err = engine.findRegion(stop)
		return err
	})
	if err != nil {
		return nil, err
	}
	return region, nil
}

// EndpointKind is a kind of endpoint.
type EndpointKind uint32

// Endpoint is the URL at which RegisterUsage is served in a Region, by AWS's endpoint rules for the service. It says
// where to look, not that AWS has put a server there.
//
// Errors: [ErrInvalidArgument] (not the name of a Region, or a kind that its partition does not have);
// [ErrOutOfMemory].
func Endpoint(region string, kinds ...EndpointKind) (string, error) {
	if err := checkText("the Region", region); err != nil {
		return "", err
	}
	var all EndpointKind
	for _, kind := range kinds {
		all |= kind
	}
	url, err := endpoint(region, uint32(all))
	if err != nil {
		return "", err.refused("the Region is " + region + ", or has no such endpoint")
	}
	return url, nil
}

// Version is the version of the library that is loaded, as "major.minor.patch".
func Version() string { return version() }
