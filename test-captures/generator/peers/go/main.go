// gopeer is crypto/tls as a server or a client, with the few knobs that the scenarios need.
package main

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

var versions = map[string]uint16{"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12,
	"1.3": tls.VersionTLS13}

func numbers(list string) (out []uint16) {
	for _, item := range strings.Split(list, ",") {
		if item != "" {
			number, err := strconv.ParseUint(item, 0, 16)
			check(err)
			out = append(out, uint16(number))
		}
	}
	return
}

// lostKey is a key in a token that is gone: everybody knows its public half, and it does not sign.
type lostKey struct{ crypto.Signer }

func (lostKey) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, errors.New("the token is gone")
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	role := os.Args[1]
	flags := flag.NewFlagSet(role, flag.ExitOnError)
	listen := flags.String("listen", ":443", "")
	connect := flags.String("connect", "", "")
	sni := flags.String("sni", "", "client: name to ask for; server: the only name it knows")
	cert := flags.String("cert", "", "")
	key := flags.String("key", "", "a key of another certificate is not refused")
	lost := flags.Bool("lostkey", false, "the key does not sign")
	ca := flags.String("ca", "", "")
	clientCA := flags.String("clientca", "", "require client certificates of this CA")
	min, max := flags.String("min", "1.0", ""), flags.String("max", "1.3", "")
	alpn := flags.String("alpn", "", "")
	ciphers, groups := flags.String("ciphers", "", ""), flags.String("groups", "", "")
	delay := flags.Duration("delay", 0, "wait before the ClientHello")
	stall := flags.Duration("stall", 0, "wait while verifying the certificate")
	refuse := flags.Bool("refuse", false, "refuse every certificate, as a pin that does not match")
	wait := flags.Duration("wait", 0, "stay connected after the answer")
	tickets := flags.Bool("tickets", true, "")
	check(flags.Parse(os.Args[2:]))

	config := &tls.Config{ServerName: *sni, MinVersion: versions[*min], MaxVersion: versions[*max],
		SessionTicketsDisabled: !*tickets}
	if *alpn != "" {
		config.NextProtos = strings.Split(*alpn, ",")
	}
	config.CipherSuites = numbers(*ciphers)
	for _, group := range numbers(*groups) {
		config.CurvePreferences = append(config.CurvePreferences, tls.CurveID(group))
	}
	if *cert != "" {
		config.Certificates = []tls.Certificate{load(*cert, *key)}
	}
	if *lost {
		config.Certificates[0].PrivateKey = lostKey{config.Certificates[0].PrivateKey.(crypto.Signer)}
	}
	if *ca != "" {
		config.RootCAs = pool(*ca)
	}
	if *clientCA != "" {
		config.ClientCAs, config.ClientAuth = pool(*clientCA), tls.RequireAndVerifyClientCert
	}
	if role == "server" {
		serve(*listen, *sni, config)
		return
	}
	config.VerifyPeerCertificate = func([][]byte, [][]*x509.Certificate) error {
		time.Sleep(*stall)
		if *refuse {
			return errors.New("the certificate is not the pinned one")
		}
		return nil
	}
	client(*connect, config, *delay, *wait)
}

// load reads a chain and a key without comparing them.
func load(certFile, keyFile string) tls.Certificate {
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err == nil {
		return pair
	}
	own, err := tls.LoadX509KeyPair(strings.TrimSuffix(keyFile, ".key")+".pem", keyFile)
	check(err)
	foreign, err := os.ReadFile(certFile)
	check(err)
	own.Certificate = nil
	for block, rest := decode(foreign); block != nil; block, rest = decode(rest) {
		own.Certificate = append(own.Certificate, block)
	}
	return own
}

func pool(file string) *x509.CertPool {
	pem, err := os.ReadFile(file)
	check(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	return roots
}

func serve(address, only string, config *tls.Config) {
	if only != "" {
		pair := config.Certificates[0]
		config.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			if hello.ServerName == only {
				return &pair, nil
			}
			return nil, fmt.Errorf("no certificate for %q", hello.ServerName)
		}
		config.Certificates = nil
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "hello") })
	server := &http.Server{Addr: address, Handler: handler, TLSConfig: config, ErrorLog: log.New(os.Stderr, "", 0)}
	check(server.ListenAndServeTLS("", ""))
}

func client(address string, config *tls.Config, delay, wait time.Duration) {
	raw, err := net.DialTimeout("tcp", address, 5*time.Second)
	check(err)
	time.Sleep(delay)
	conn := tls.Client(raw, config)
	if err := conn.Handshake(); err != nil {
		raw.Close()
		check(err)
	}
	fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", config.ServerName)
	answer, err := io.ReadAll(conn)
	fmt.Println(len(answer), err)
	time.Sleep(wait)
	conn.Close()
}
