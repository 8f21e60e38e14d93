// Signs one fixed price and one fixed order (../fixed) as docs/spec/signing.md says: SEED=… PUBLIC_URL=… PORT=8000 java Server.java ../fixed

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.file.*;
import java.security.*;
import java.security.spec.NamedParameterSpec;
import java.util.*;

class Server {
    static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding(), BASE64 = Base64.getEncoder();
    static final String BASE = System.getenv("PUBLIC_URL"), COVERED = "\"@method\";req \"@target-uri\";req \"@status\" \"content-type\" \"unencoded-digest\"";

    static byte[] sha256(byte[] bytes) throws Exception { return MessageDigest.getInstance("SHA-256").digest(bytes); }

    static void answer(HttpExchange exchange, KeyPair keys, String keyId, Path folder) throws Exception {
        String method = exchange.getRequestMethod(), query = Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), "");
        String mode = exchange.getRequestHeaders().getFirst("Sec-Fetch-Mode"), origin = exchange.getRequestHeaders().getFirst("Origin");
        Map<String, String> asked = new HashMap<>(); // What stands twice is as good as absent.
        for (String pair : query.split("&")) asked.merge(pair.split("=")[0], pair.substring(pair.indexOf('=') + 1), (one, two) -> "");
        boolean posted = method.equals("POST"), bound = asked.getOrDefault("n", "").matches("[A-Za-z0-9_-]{21}[AQgw]");
        boolean mayAsk = (mode == null || mode.equals("cors")) && (!posted || origin == null || !origin.equals("null"));
        String what = method + " " + exchange.getRequestURI().getPath();
        int status = !mayAsk ? 403 : !bound ? 400 : 404;
        if (status == 404 && posted && !URL.encodeToString(sha256(exchange.getRequestBody().readAllBytes())).equals(asked.get("d"))) status = 400;
        else if (status == 404 && what.equals("POST /v1/orders")) status = 201;
        else if (status == 404 && what.matches("GET /v1/(quote|orders/ord_1)")) status = 200;
        byte[] body = Files.readAllBytes(folder.resolve((status > 201 ? "" + status : what.endsWith("quote") ? "quote" : "order") + ".json"));
        var headers = exchange.getResponseHeaders();
        List.of("Content-Type: application/json", "Cache-Control: no-store, no-transform", "Access-Control-Allow-Origin: *",
            "Access-Control-Expose-Headers: Signature, Signature-Input, Unencoded-Digest, Retry-After").forEach(line -> headers.set(line.split(": ")[0], line.split(": ")[1]));
        if (bound) {
            long now = System.currentTimeMillis() / 1000;
            String digest = "sha-256=:" + BASE64.encodeToString(sha256(body)) + ":", times = ";created=" + now + ";expires=" + (now + 120);
            String input = "(" + COVERED + ")" + times + ";nonce=\"" + asked.get("n") + "\";keyid=\"" + keyId + "\";tag=\"qr-checkout\"";
            String[] values = {method, BASE + exchange.getRequestURI(), "" + status, "application/json", digest}, names = COVERED.split(" ");
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(keys.getPrivate());
            for (int at = 0; at < 5; at++) signer.update((names[at] + ": " + values[at] + "\n").getBytes());
            signer.update(("\"@signature-params\": " + input).getBytes());
            Map.of("Unencoded-Digest", digest, "Signature-Input", "sig=" + input, "Signature", "sig=:" + BASE64.encodeToString(signer.sign()) + ":").forEach(headers::set);
        }
        exchange.sendResponseHeaders(status, body.length);
        try (var out = exchange.getResponseBody()) { out.write(body); }
    }

    public static void main(String[] arguments) throws Exception {
        byte[] seed = Base64.getUrlDecoder().decode(System.getenv("SEED"));
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519"); // It asks for 32 random bytes, and gets the seed.
        generator.initialize(NamedParameterSpec.ED25519, new SecureRandom() { public void nextBytes(byte[] bytes) { System.arraycopy(seed, 0, bytes, 0, 32); } });
        KeyPair keys = generator.generateKeyPair();
        String x = URL.encodeToString(Arrays.copyOfRange(keys.getPublic().getEncoded(), 12, 44)); // Behind the 12 bytes of RFC 8410.
        String keyId = URL.encodeToString(sha256(("{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" + x + "\"}").getBytes()));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT"))), 0);
        server.createContext("/", exchange -> { try { answer(exchange, keys, keyId, Path.of(arguments[0])); } catch (Exception failure) { throw new java.io.IOException(failure); } });
        server.start();
        System.out.println("listening on http://127.0.0.1:" + server.getAddress().getPort());
    }
}
