package mpmeter_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	mpmeter "github.com/libmpmeter/libmpmeter/bindings/go"
)

// A program embeds its own: the PEM with //go:embed, the code as a constant.
var publicKey, productCode string

func Example() {
	client, err := mpmeter.New(mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{PEM: publicKey}}})
	if err != nil {
		slog.Error("cannot register", "error", err)
		os.Exit(mpmeter.ActionOf(err).ExitCode())
	}
	defer client.Close()

	registration, err := client.RegisterUsage(context.Background(), productCode)
	if err != nil {
		slog.Error("not registered", "error", err)
		os.Exit(mpmeter.ActionOf(err).ExitCode())
	}
	fmt.Println("registered in", registration.Region, "with the role of", registration.CredentialsSource)
	// Output: registered in eu-west-3 with the role of ecs-task-role
}

func ExampleClient_RegisterUsage_untrusted() {
	client, err := mpmeter.New(mpmeter.Config{
		PublicKeys:      []mpmeter.PublicKey{{Version: 1, PEM: publicKey}},
		TrustedProducts: map[string]mpmeter.ProductKind{"my-paid-code": mpmeter.Paid, "my-free-code": mpmeter.Free},
		Deadline:        time.Minute,
		Logger:          slog.Default(),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()

	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	_, err = client.RegisterUsage(ctx, "my-free-code")
	if errors.Is(err, mpmeter.ErrUntrustedProduct) {
		fmt.Println(mpmeter.ActionOf(err))
	}
	// Output: terminate
}

func ExampleClient_Verify() {
	client, err := mpmeter.New(mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{PEM: publicKey}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	registration, err := client.RegisterUsage(context.Background(), productCode, mpmeter.WithNonce("order 4711"))
	if err != nil {
		fmt.Println(err)
		return
	}

	// Later, and somewhere else: with the key alone.
	proof := mpmeter.Proof{Token: registration.Signature, ProductCode: productCode, Nonce: "order 4711"}
	verified, err := client.Verify(proof)
	fmt.Println(verified != nil && verified.Verified, err)
	proof.Nonce = "order 4712"
	_, err = client.Verify(proof)
	fmt.Println(errors.Is(err, mpmeter.ErrTokenClaims))
	// Output:
	// true <nil>
	// true
}

func ExampleClient_FindRegion() {
	client, err := mpmeter.New(mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{PEM: publicKey}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	region, err := client.FindRegion(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(region.Name, region.Source, region.Platform, region.Supported)
	// Output: eu-west-3 AWS_REGION fargate true
}

func ExampleEndpoint() {
	fmt.Println(mpmeter.Endpoint("eu-west-3"))
	fmt.Println(mpmeter.Endpoint("us-gov-west-1", mpmeter.FIPS))
	_, err := mpmeter.Endpoint("eu-west-3a")
	fmt.Println(errors.Is(err, mpmeter.ErrInvalidArgument))
	// Output:
	// https://metering.marketplace.eu-west-3.amazonaws.com <nil>
	// https://metering.marketplace-fips.us-gov-west-1.amazonaws.com <nil>
	// true
}

func ExampleActionOf() {
	err := fmt.Errorf("starting: %w", &mpmeter.Error{Status: mpmeter.StatusThrottled, Action: mpmeter.Retry})
	fmt.Println(mpmeter.ActionOf(nil), mpmeter.ActionOf(err), mpmeter.ActionOf(errors.New("another")))
	fmt.Println(errors.Is(err, mpmeter.ErrThrottled), mpmeter.ActionOf(err).ExitCode())
	// Output:
	// proceed retry terminate
	// true 75
}
