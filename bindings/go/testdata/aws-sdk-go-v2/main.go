// A paid product's start, on aws-sdk-go-v2 and golang-jwt.
package main

import (
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	metering "github.com/aws/aws-sdk-go-v2/service/marketplacemetering"
	"github.com/aws/aws-sdk-go-v2/service/marketplacemetering/types"
	"github.com/golang-jwt/jwt"
)

const (
	productCode = "4w1vgsrkqdkypbz43g7qkk4uz"
	keyVersion  = 1
)

//go:embed public-key.pem
var publicKey []byte

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := register(ctx); err != nil {
		slog.Error("not registered", "error", err)
		var throttled *types.ThrottlingException
		if errors.As(err, &throttled) || errors.Is(err, context.DeadlineExceeded) {
			os.Exit(75)
		}
		os.Exit(1)
	}
	fmt.Println("registered: the product begins here")
}

// region: the SDK does not ask the ECS task metadata.
func region(ctx context.Context, cfg aws.Config) (string, error) {
	if cfg.Region != "" {
		return cfg.Region, nil
	}
	if base := os.Getenv("ECS_CONTAINER_METADATA_URI_V4"); base != "" {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/task", nil)
		if err != nil {
			return "", err
		}
		response, err := (&http.Client{Timeout: 2 * time.Second}).Do(request)
		if err != nil {
			return "", err
		}
		defer response.Body.Close()
		var task struct{ TaskARN string }
		if err := json.NewDecoder(response.Body).Decode(&task); err != nil {
			return "", err
		}
		parsed, err := arn.Parse(task.TaskARN)
		return parsed.Region, err
	}
	output, err := imds.NewFromConfig(cfg).GetRegion(ctx, &imds.GetRegionInput{})
	if err != nil {
		return "", err
	}
	return output.Region, nil
}

func register(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Minute)
	defer cancel()
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRetryer(func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts, o.MaxBackoff = 0, time.Minute })
	}))
	if err != nil {
		return err
	}
	if cfg.Region, err = region(ctx, cfg); err != nil {
		return err
	}
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return err
	}
	nonce := hex.EncodeToString(random)
	output, err := metering.NewFromConfig(cfg).RegisterUsage(ctx, &metering.RegisterUsageInput{
		ProductCode: aws.String(productCode), PublicKeyVersion: aws.Int32(keyVersion), Nonce: aws.String(nonce),
	})
	if err != nil {
		return err
	}
	key, err := jwt.ParseRSAPublicKeyFromPEM(publicKey)
	if err != nil {
		return err
	}
	claims := jwt.MapClaims{}
	parser := jwt.Parser{ValidMethods: []string{"PS256"}, SkipClaimsValidation: true}
	if _, err := parser.ParseWithClaims(aws.ToString(output.Signature), claims,
		func(*jwt.Token) (any, error) { return key, nil }); err != nil {
		return err
	}
	wanted := map[string]string{
		"productCode": productCode, "nonce": nonce, "publicKeyVersion": fmt.Sprint(keyVersion),
	}
	for name, want := range wanted {
		found := false
		for claim, value := range claims { // AWS's documents disagree on the case.
			if strings.EqualFold(claim, name) {
				if fmt.Sprint(value) != want {
					return fmt.Errorf("the token's %s is %v", name, value)
				}
				found = true
			}
		}
		if !found {
			return fmt.Errorf("the token has no %s", name)
		}
	}
	return nil
}
