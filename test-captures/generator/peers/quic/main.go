// A QUIC server and client on quic-go, with the settings that scenarios vary.
//
// SPDX-License-Identifier: GPL-2.0-or-later
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strings"
	"time"

	"github.com/lucas-clemente/quic-go"
)

var versions = map[string]quic.VersionNumber{"v1": quic.Version1, "v2": quic.Version2, "draft29": quic.VersionDraft29}

func pool(file string) *x509.CertPool {
	data, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(data)
	return roots
}

func main() {
	role := os.Args[1]
	flags := flag.NewFlagSet(role, flag.ExitOnError)
	at := flags.String("at", ":443", "where to listen, or the server")
	name := flags.String("sni", "www.example.com", "server name")
	ca := flags.String("ca", "", "roots; of a server: a client certificate is required")
	cert := flags.String("cert", "", "certificate")
	key := flags.String("key", "", "its key")
	alpn := flags.String("alpn", "h3", "protocols")
	version := flags.String("versions", "v1", "versions of QUIC")
	keylog := flags.String("keylog", "", "file for secrets")
	retry := flags.Bool("retry", false, "a server asks for a token")
	hold := flags.Int("hold", 0, "a server accepts nobody; a client keeps so many connections")
	group := flags.Int("group", 0, "the one group")
	flags.Parse(os.Args[2:])

	config := &tls.Config{ServerName: *name, NextProtos: strings.Split(*alpn, ",")}
	if *cert != "" {
		pair, err := tls.LoadX509KeyPair(*cert, *key)
		if err != nil {
			log.Fatal(err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	if *group != 0 {
		config.CurvePreferences = []tls.CurveID{tls.CurveID(*group)}
	}
	if *keylog != "" {
		file, err := os.OpenFile(*keylog, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if err != nil {
			log.Fatal(err)
		}
		config.KeyLogWriter = file
	}
	quicConfig := &quic.Config{HandshakeIdleTimeout: 10 * time.Second}
	for _, v := range strings.Split(*version, ",") {
		quicConfig.Versions = append(quicConfig.Versions, versions[v])
	}
	if role == "server" {
		if *ca != "" {
			config.ClientAuth = tls.RequireAndVerifyClientCert
			config.ClientCAs = pool(*ca)
		}
		if *retry {
			quicConfig.RequireAddressValidation = func(net.Addr) bool { return true }
		}
		serve(*at, config, quicConfig, *hold == 0)
		return
	}
	config.RootCAs = pool(*ca)
	for i := 0; i < *hold; i++ {
		if _, err := quic.DialAddr(*at, config, quicConfig); err != nil {
			log.Print(err)
		}
	}
	if *hold > 0 {
		fmt.Println("held")
		time.Sleep(time.Minute)
	}
	ask(*at, config, quicConfig)
}

func serve(at string, config *tls.Config, quicConfig *quic.Config, accept bool) {
	listener, err := quic.ListenAddr(at, config, quicConfig)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening")
	if !accept {
		select {}
	}
	for {
		connection, err := listener.Accept(context.Background())
		if err != nil {
			log.Print(err)
			continue
		}
		go func() {
			stream, err := connection.AcceptStream(context.Background())
			if err != nil {
				log.Print(err)
				return
			}
			io.Copy(stream, stream)
			stream.Close()
		}()
	}
}

func ask(at string, config *tls.Config, quicConfig *quic.Config) {
	connection, err := quic.DialAddr(at, config, quicConfig)
	if err != nil {
		log.Fatal(err)
	}
	stream, err := connection.OpenStreamSync(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	stream.Write([]byte("hello"))
	stream.Close()
	answer, err := io.ReadAll(stream)
	fmt.Printf("%q %v\n", answer, err)
	connection.CloseWithError(0, "")
}
