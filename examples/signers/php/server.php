<?php
// A merchant backend in one file; PHP's own libsodium signs its answers (RFC 9421, Ed25519). No package is needed.
//
//     SEED=… PUBLIC_URL=https://pay.example.com php -S 127.0.0.1:8000 server.php
//
// That server is for trying it out; behind PHP-FPM the file works as it is.
// SEED is 32 bytes in base64url (`qr-checkout-server keygen` makes one), PUBLIC_URL how shoppers reach this server.

declare(strict_types=1);

const SHOP = ['merchant' => 'mountain-tea', 'merchant_name' => 'Mountain Tea'];
/** 16 bytes in base64url. */
const ID = '/^[\w-]{21}[AQgw]$/D';
/** 32 bytes in base64. */
const PRICE_DIGEST = '~^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$~D';
const TEAS = ['tea-100g' => ['Jasmine tea, 100 g', 6800], 'gaiwan' => ['Gaiwan', 12800]];

function b64url(string $bytes): string
{
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

/** The value of a parameter that stands exactly once. */
function only(string $query, string $name): string
{
    return preg_match_all("/(?:^|&)$name=([^&]*)/", $query, $values) === 1 ? $values[1][0] : '';
}

function digest(string $body): string
{
    return 'sha-256=:' . base64_encode(hash('sha256', $body, true)) . ':';
}

$pair = sodium_crypto_sign_seed_keypair(base64_decode(strtr(getenv('SEED'), '-_', '+/')));
$x = b64url(sodium_crypto_sign_publickey($pair));
$keyId = b64url(hash('sha256', '{"crv":"Ed25519","kty":"OKP","x":"' . $x . '"}', true));

/** Sends an answer with the digest of its exact bytes and a signature bound to the request, and ends. */
function answer(int $status, array $body, string $nonce): never
{
    global $pair, $keyId;
    $bytes = json_encode($body, JSON_THROW_ON_ERROR);
    $covered = [
        '"@method";req' => $_SERVER['REQUEST_METHOD'],
        // The address is what shoppers see, never the Host header of whoever asks.
        '"@target-uri";req' => rtrim(getenv('PUBLIC_URL'), '/') . $_SERVER['REQUEST_URI'],
        '"@status"' => $status,
        '"content-type"' => 'application/json',
        '"unencoded-digest"' => digest($bytes),
    ];
    $now = time();
    $input = sprintf(
        '(%s);created=%d;expires=%d;nonce="%s";keyid="%s";tag="qr-checkout"',
        implode(' ', array_keys($covered)), $now, $now + 120, $nonce, $keyId
    );
    $base = '';
    foreach ($covered as $name => $value) {
        $base .= "$name: $value\n";
    }
    $signature = sodium_crypto_sign_detached($base . '"@signature-params": ' . $input, sodium_crypto_sign_secretkey($pair));
    http_response_code($status);
    header('Content-Type: application/json');
    header('Cache-Control: no-store, no-transform');
    header('Unencoded-Digest: ' . digest($bytes));
    header("Signature-Input: sig=$input");
    header('Signature: sig=:' . base64_encode($signature) . ':');
    exit($bytes);
}

/** Says no, signed like every other answer. */
function refuse(int $status, string $code, array $more = []): never
{
    global $nonce;
    $problem = ['type' => 'problem', 'merchant' => SHOP['merchant'], 'id' => $nonce, 'code' => $code, 'status' => $status, 'detail' => $code];
    answer($status, $problem + $more, $nonce);
}

function quote(array $items): array
{
    $items !== [] || refuse(400, 'cart-empty');
    $lines = [];
    foreach ($items as [$sku, $quantity]) {
        isset(TEAS[$sku]) || refuse(404, 'unknown-sku');
        is_int($quantity) && $quantity >= 1 && $quantity <= 999 || refuse(400, 'quantity');
        [$name, $price] = TEAS[$sku];
        $line = ['sku' => $sku, 'quantity' => $quantity, 'name' => $name, 'image' => null];
        $lines[] = [...$line, 'unit_price' => $price, 'total' => $quantity * $price];
    }
    $total = array_sum(array_column($lines, 'total'));
    // A text: the same cart has the same, byte for byte, until something of its price changes.
    $sums = ['subtotal' => $total, 'discounts' => [], 'delivery' => null, 'taxes' => [], 'total' => $total];
    $price = json_encode(['currency' => 'CNY', 'lines' => $lines, ...$sums], JSON_THROW_ON_ERROR);
    return ['type' => 'quote', ...SHOP, 'id' => 'quote_1', 'expires_at' => time() + 600, 'price' => $price, 'methods' => ['wechat_pay']];
}

/** Where an order is kept: PHP forgets everything between two requests. */
function file_of(string $order): string
{
    preg_match('/^ord_[\w-]{22}$/D', $order) || refuse(404, 'unknown-order');
    return sys_get_temp_dir() . "/qr-checkout-example-$order.json";
}

function create(string $key, string $sent): array
{
    // The same attempt gets the same order; another body under the same key is refused.
    $name = b64url(substr(hash('sha256', $key, true), 0, 16));
    $file = file_of("ord_$name");
    if (is_file($file)) {
        $known = json_decode(file_get_contents($file), true);
        return $known['digest'] === digest($sent) ? $known['order'] : refuse(409, 'idempotency-conflict');
    }
    $wish = json_decode($sent, true);
    is_array($wish['items'] ?? null) || refuse(400, 'bad-request');
    $agreed = $wish['price_digest'] ?? null;
    $fault = ['code' => 'bad-request', 'field' => 'price_digest'];
    is_string($agreed) && preg_match(PRICE_DIGEST, $agreed) || refuse(400, 'bad-request', ['faults' => [$fault]]);
    $fresh = quote(array_map(fn ($item) => [$item['sku'] ?? '', $item['quantity'] ?? 0], $wish['items']));
    $agreed === base64_encode(hash('sha256', $fresh['price'], true)) || refuse(409, 'price-changed', ['quote' => $fresh]);
    ['total' => $total, 'currency' => $currency] = json_decode($fresh['price'], true);
    $ends = time() + 900;
    // Here a real shop asks its payment provider for the code to show.
    $code = ['payload' => 'weixin://wxpay/bizpayurl?pr=' . substr($name, 0, 9), 'expires_at' => $ends];
    $payment = ['id' => "pay_$name", 'method' => 'wechat_pay', 'surface' => 'qr', 'status' => 'waiting', ...$code];
    $order = ['type' => 'order', ...SHOP, 'id' => "ord_$name", 'seq' => 1, 'status' => 'pending', 'amount' => $total];
    $order += ['currency' => $currency, 'channel' => 'cart', 'price' => $fresh['price'], 'expires_at' => $ends];
    $order += ['methods' => ['wechat_pay'], 'payment' => $payment, 'receipt' => null];
    file_put_contents($file, json_encode(['digest' => digest($sent), 'order' => $order]), LOCK_EX);
    return $order;
}

function look(string $order): array
{
    is_file(file_of($order)) || refuse(404, 'unknown-order');
    $order = json_decode(file_get_contents(file_of($order)), true)['order'];
    // A poll is held until the order changes. Nothing ever changes here, so it is held to its end.
    (int) ($_GET['seen'] ?? 0) >= $order['seq'] && sleep(min((int) ($_GET['wait'] ?? 0), 25));
    return $order;
}

/** No browser asks by OPTIONS before such a POST, so we look at what it says of the page. */
function may_ask(): bool
{
    $origin = $_SERVER['HTTP_ORIGIN'] ?? null;
    $allowed = getenv('ALLOWED_ORIGIN') ?: '*';
    $own = preg_replace('#^(https?://[^/]+).*$#D', '$1', getenv('PUBLIC_URL'));
    $isListed = in_array($origin, [null, $own, $allowed], true) || $allowed === '*' && $origin !== 'null';
    return ($_SERVER['HTTP_SEC_FETCH_MODE'] ?? 'cors') === 'cors' && ($_SERVER['REQUEST_METHOD'] !== 'POST' || $isListed);
}

[$path, $query] = explode('?', $_SERVER['REQUEST_URI'] . '?');
$method = $_SERVER['REQUEST_METHOD'];
$nonce = only($query, 'n');
$sent = file_get_contents('php://input');
header('Access-Control-Allow-Origin: ' . (getenv('ALLOWED_ORIGIN') ?: '*'));
header('Access-Control-Expose-Headers: Signature, Signature-Input, Unencoded-Digest, Retry-After');
header('Vary: Origin');
header('Content-Type: application/json');
if ($path === '/.well-known/http-message-signatures-directory') {
    exit(json_encode(['keys' => [['kty' => 'OKP', 'crv' => 'Ed25519', 'kid' => $keyId, 'x' => $x, 'use' => 'sig']]]));
}
if (!may_ask()) {
    http_response_code(403);
    exit('{"code":"origin-not-allowed"}');
}
if (!preg_match(ID, $nonce)) {
    http_response_code(400);
    exit('{"code":"bad-request"}');
}
in_array(only($query, 'r'), ['', '1'], true) || refuse(410, 'release-revoked');
if ($method === 'GET' && $path === '/v1/quote') {
    preg_match_all('/(?:^|&)item=([\w.~-]+)(?:%3A|:)(\d+)(?=&|$)/i', $query, $items, PREG_SET_ORDER);
    answer(200, quote(array_map(fn ($item) => [$item[1], (int) $item[2]], $items)), $nonce);
}
if ($method === 'POST' && $path === '/v1/orders') {
    // The address names the attempt and the body, and the signature covers the address.
    preg_match(ID, only($query, 'k')) || refuse(400, 'idempotency-key-missing');
    $type = str_replace(' ', '', strtolower($_SERVER['CONTENT_TYPE'] ?? ''));
    $type === 'text/plain;charset=utf-8' || refuse(415, 'media-type');
    only($query, 'd') === b64url(hash('sha256', $sent, true)) || refuse(400, 'digest-mismatch');
    answer(201, create(only($query, 'k'), $sent), $nonce);
}
if ($method === 'GET' && preg_match('#^/v1/orders/([\w-]+)$#D', $path, $order)) {
    answer(200, look($order[1]), $nonce);
}
refuse(404, 'not-found');
