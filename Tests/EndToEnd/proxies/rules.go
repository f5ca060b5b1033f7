// Prints which proxy Go's own HTTP client would take for each URL that it is given: scheme, host and port, "direct", or
// "refused".
package main

import (
	"fmt"
	"net/http"
	"os"
)

var defaultPorts = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}

func main() {
	for _, url := range os.Args[1:] {
		request, err := http.NewRequest("POST", url, nil)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		proxy, err := http.ProxyFromEnvironment(request)
		switch {
		case err != nil || proxy != nil && proxy.Hostname() == "":
			fmt.Println("refused")
		case proxy == nil:
			fmt.Println("direct")
		default:
			port := proxy.Port()
			if port == "" {
				port = defaultPorts[proxy.Scheme]
			}
			fmt.Printf("%s://%s:%s\n", proxy.Scheme, proxy.Hostname(), port)
		}
	}
}
