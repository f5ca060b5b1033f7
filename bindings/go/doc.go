// Package mpmeter registers a paid container with AWS Marketplace, and verifies AWS's signed response.
//
// A product that is sold by the container calls [Client.RegisterUsage] once when it starts, and runs only if that
// succeeds:
//
//	client, err := mpmeter.New(mpmeter.Config{PublicKeys: []mpmeter.PublicKey{{PEM: publicKey}}})
//	...
//	_, err = client.RegisterUsage(ctx, "4w1vgsrkqdkypbz43g7qkk4uz")
//	...
//	os.Exit(mpmeter.ActionOf(err).ExitCode())
//
// The Region and the role of the ECS task or EKS pod are found at run time. Throttling and outages are retried for up
// to 30 minutes, as AWS recommends. AWS's signed response is verified with the product's public key, so that a fake
// server or a replayed response cannot start the product. See [RegisterUsage] at AWS.
//
// The package is a thin layer over the C library libmpmeter, which does all of that.
//
// # Errors
//
// Every error is an [*Error]. [errors.Is] finds what it is ([ErrCustomerNotEntitled], …, [context.Canceled]); its
// Action says what to do.
//
// # Contexts
//
// A context that is cancelled or whose deadline passes ends the call within 100 ms. The error then wraps the context's.
// The time that all retries together may take is [Config.Deadline]; a context with an earlier deadline cuts it short.
//
// # Goroutines
//
// A [Client] may be used by any number of goroutines. A call occupies one operating system thread while it runs. The
// environment is read by [New]; in a program that changes its environment, do that first.
//
// # Linking
//
// Without cgo (CGO_ENABLED=0) the package runs the command line of the library, which is embedded, from memory: a child
// process for as long as a call takes. Everything else is the same.
//
// With cgo, by default the program is linked with libmpmeter.so, as pkg-config's module mpmeter says. With the build
// tag mpmeter_static it carries the library: module mpmeter-static. The README says what a container image then has to
// hold.
//
// [RegisterUsage]:
// https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_RegisterUsage.html
package mpmeter
