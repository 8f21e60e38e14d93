// Signs one fixed price and one fixed order (../fixed) as docs/spec/signing.md says: SEED=… PUBLIC_URL=… PORT=8000 go run server.go ../fixed
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	b64 "encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

const covered = `"@method";req "@target-uri";req "@status" "content-type" "unencoded-digest"`

var seed, _ = b64.RawURLEncoding.DecodeString(os.Getenv("SEED"))
var key = ed25519.NewKeyFromSeed(seed)
var jwk = `{"crv":"Ed25519","kty":"OKP","x":"` + b64.RawURLEncoding.EncodeToString(key[32:]) + `"}`

func hash(text []byte, alphabet *b64.Encoding) string {
	sum := sha256.Sum256(text)
	return alphabet.EncodeToString(sum[:])
}

func answer(out http.ResponseWriter, in *http.Request) {
	query, mode, posted := in.URL.Query(), in.Header.Get("Sec-Fetch-Mode"), in.Method == "POST"
	nonce, _ := b64.RawURLEncoding.Strict().DecodeString(query.Get("n"))
	bound, status := len(query["n"]) == 1 && len(nonce) == 16, map[bool]int{false: 200, true: 201}[posted]
	file := map[string]string{"GET /v1/quote": "quote", "POST /v1/orders": "order", "GET /v1/orders/ord_1": "order"}[in.Method+" "+in.URL.Path]
	if (mode != "" && mode != "cors") || posted && in.Header.Get("Origin") == "null" {
		file, status = "403", 403 // Whoever may not ask is not read.
	} else if sent, _ := io.ReadAll(in.Body); !bound || posted && query.Get("d") != hash(sent, b64.RawURLEncoding) {
		file, status = "400", 400
	} else if file == "" {
		file, status = "404", 404
	}
	body, _ := os.ReadFile(os.Args[1] + "/" + file + ".json")
	digest, now, keyID := "sha-256=:"+hash(body, b64.StdEncoding)+":", time.Now().Unix(), hash([]byte(jwk), b64.RawURLEncoding)
	input := fmt.Sprintf(`(%s);created=%d;expires=%d;nonce="%s";keyid="%s";tag="qr-checkout"`, covered, now, now+120, query.Get("n"), keyID)
	target, line := os.Getenv("PUBLIC_URL")+in.RequestURI, "\"@method\";req: %s\n\"@target-uri\";req: %s\n\"@status\": %d\n\"content-type\": %s\n"
	base := fmt.Sprintf(line+"\"unencoded-digest\": %s\n\"@signature-params\": %s", in.Method, target, status, "application/json", digest, input)
	signature := b64.StdEncoding.EncodeToString(ed25519.Sign(key, []byte(base)))
	headers := []string{"Content-Type", "application/json", "Cache-Control", "no-store, no-transform", "Access-Control-Allow-Origin", "*",
		"Access-Control-Expose-Headers", "Signature, Signature-Input, Unencoded-Digest, Retry-After", "Unencoded-Digest", digest,
		"Signature-Input", "sig=" + input, "Signature", "sig=:" + signature + ":"}
	for at := 0; at < len(headers) && (bound || at < 8); at += 2 {
		out.Header().Set(headers[at], headers[at+1]) // What is bound to no request is not signed.
	}
	out.WriteHeader(status)
	out.Write(body)
}

func main() {
	listener, _ := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	fmt.Println("listening on http://" + listener.Addr().String())
	http.Serve(listener, http.HandlerFunc(answer))
}
