// The same cold start on aws-sdk-go-v2 and golang-jwt: task role, RegisterUsage, PS256 proof. One file of Go, as a
// vendor would write it.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	metering "github.com/aws/aws-sdk-go-v2/service/marketplacemetering"
	"github.com/golang-jwt/jwt"
)

func register(ctx context.Context) error {
	pem, err := os.ReadFile(os.Getenv("BENCH_KEY"))
	if err != nil {
		return err
	}
	key, err := jwt.ParseRSAPublicKeyFromPEM(pem)
	if err != nil {
		return err
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	// This version of the SDK does not read AWS_ENDPOINT_URL_MARKETPLACE_METERING.
	endpoint := metering.EndpointResolverFromURL(os.Getenv("AWS_ENDPOINT_URL_MARKETPLACE_METERING"))
	client := metering.NewFromConfig(cfg, metering.WithEndpointResolver(endpoint))
	output, err := client.RegisterUsage(ctx, &metering.RegisterUsageInput{
		ProductCode: aws.String("bench-product"), PublicKeyVersion: aws.Int32(1), Nonce: aws.String("bench-1"),
	})
	if err != nil {
		return err
	}
	claims := jwt.MapClaims{}
	parser := jwt.Parser{ValidMethods: []string{"PS256"}, SkipClaimsValidation: true}
	if _, err := parser.ParseWithClaims(aws.ToString(output.Signature), claims,
		func(*jwt.Token) (interface{}, error) { return key, nil }); err != nil {
		return err
	}
	if claims["productCode"] != "bench-product" || claims["nonce"] != "bench-1" || claims["publicKeyVersion"] != 1.0 {
		return fmt.Errorf("the token speaks of something else: %v", claims)
	}
	return nil
}

func main() {
	if err := register(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
