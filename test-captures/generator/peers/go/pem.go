package main

import "encoding/pem"

// decode returns the next PEM block's bytes (nil at the end) and what follows it.
func decode(text []byte) ([]byte, []byte) {
	block, rest := pem.Decode(text)
	if block == nil {
		return nil, nil
	}
	return block.Bytes, rest
}
