//! The page at a door: tickets by camera, by picture and typed, with a network and without one.

use merchant::api_keys::Scope;
use protocol::base64::{Alphabet, encode};
use qrcode::{Color, QrCode};
use serde_json::{Value, json};
use testing::backend::{Shop, item, key};
use testing::{Browser, Engine, Folder, Look};

// The others do not find a host below localhost by themselves.
told_in!([chromium]:
    a_door_lets_in_by_camera_by_picture_and_by_number_online_and_offline
    a_door_that_was_open_before_opens_without_a_network
    a_door_lets_in_by_what_its_camera_films
);

const CATALOG: &str = "currency = \"CNY\"\n[[item]]\nsku = \"seat\"\nname = \"Workshop\"\nprice = 3000\ndigital = true\nticket = true\nevent = \"workshop\"\n";

/// Draws a code of so many modules a side, told as a text of 0 and 1, with its margin on a canvas.
const DRAW: &str = "window.drawn = (modules, side) => {
    const canvas = document.createElement('canvas'), size = 8;
    canvas.width = canvas.height = (side + 8) * size;
    const drawing = canvas.getContext('2d');
    drawing.fillStyle = '#fff';
    drawing.fillRect(0, 0, canvas.width, canvas.height);
    drawing.fillStyle = '#000';
    [...modules].forEach((module, at) => {
      if (module === '1') drawing.fillRect((at % side + 4) * size, (Math.floor(at / side) + 4) * size, size, size);
    });
    return canvas;
  };";

/// What stands in the code of a ticket.
fn ticket(number: &str) -> QrCode {
    let claims = encode(Alphabet::Url, format!("{{\"merchant\":\"mountain-tea\",\"number\":\"{number}\"}}").as_bytes());
    QrCode::new(format!("eyJhbGciOiJFZERTQSJ9.{claims}.c2lnbmF0dXJl")).unwrap()
}

/// The arguments of that for the code of a ticket.
fn code(number: &str) -> Value {
    let code = ticket(number);
    let modules: String = code.to_colors().iter().map(|color| if *color == Color::Dark { '1' } else { '0' }).collect();
    json!([modules, code.width()])
}

/// A film of the code of a ticket that is held before a camera: YUV4MPEG2, ten pictures in a second, one a frame.
fn film(number: &str) -> Vec<u8> {
    const WIDTH: usize = 640;
    const HEIGHT: usize = 480;
    const SIZE: usize = 8;
    let code = ticket(number);
    let (side, modules) = (code.width(), code.to_colors());
    let (left, top) = ((WIDTH - side * SIZE) / 2, (HEIGHT - side * SIZE) / 2);
    let is_dark = |x: usize, y: usize| {
        let at = (x.checked_sub(left)? / SIZE, y.checked_sub(top)? / SIZE);
        (at.0 < side && at.1 < side).then(|| modules[at.1 * side + at.0] == Color::Dark)
    };
    let light = (0..WIDTH * HEIGHT).map(|at| if is_dark(at % WIDTH, at / WIDTH) == Some(true) { 16 } else { 235 });
    let mut frame = b"FRAME\n".to_vec();
    frame.extend(light);
    // Neither blue nor red.
    frame.extend(std::iter::repeat_n(128, WIDTH * HEIGHT / 2));
    let head = format!("YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420\n");
    [head.into_bytes(), frame.repeat(10)].concat()
}

async fn fill(browser: &Browser, form: &str, values: Value) {
    let script = "for (const [id, value] of Object.entries(arguments[1])) document.getElementById(id).value = value;
        document.getElementById(arguments[0]).requestSubmit()";
    browser.run(script, json!([form, values])).await;
}

async fn says(browser: &Browser, outcome: &str, number: &str) {
    let told = "document.getElementById('answer').dataset.outcome === a[0] && document.getElementById('more').textContent.startsWith(a[1])";
    browser.until(told, json!([outcome, number])).await;
}

/// A shop with a host for staff that has sold four seats, and the numbers of their tickets.
async fn sold_out() -> (Shop, Vec<String>) {
    let with_staff = |config: String| {
        let url = config.split("public_url = \"").nth(1).unwrap().split('"').next().unwrap().replace("127.0.0.1", "staff.localhost");
        config + &format!("[staff]\nurl = \"{url}\"\n")
    };
    let shop = Shop::open_as(CATALOG, with_staff).await;
    let (_, order) = shop.order(&shop.wish(&[item("seat", 4)], key()).await).await;
    let payment = order.payment.unwrap().id;
    shop.provider.pay(payment.as_str());
    assert_eq!(shop.deliver(&shop.provider.notice(payment.as_str(), "EV-1")).await, 204);
    let store = shop.merchant().store();
    let tickets = store.tickets_of(&order.id).await.unwrap();
    let numbers = tickets.iter().map(|ticket| ticket.number.to_string()).collect();
    (shop, numbers)
}

/// The page at the door of the workshop, with somebody logged in.
async fn at_door(engine: Engine, shop: &Shop) -> Browser {
    let browser = Browser::open(engine, Look::LIGHT).await;
    come_to_door(&browser, shop).await;
    browser
}

async fn come_to_door(browser: &Browser, shop: &Shop) {
    browser.resize(390, 844).await;
    browser.forget_everything(&shop.url("/door").replace("127.0.0.1", "staff.localhost")).await;
    browser.until("!document.getElementById('login').hidden", json!([])).await;
    fill(browser, "login", json!({ "key": "qrk_wrong" })).await;
    browser.until("document.getElementById('login-fault').textContent", json!([])).await;
    fill(browser, "login", json!({ "key": shop.key(&[Scope::Doors]).await })).await;
    browser.until("!document.getElementById('place').hidden", json!([])).await;
    assert_eq!(browser.run("return document.cookie", json!([])).await, "", "no script reads the session");
    // As a terminal refuses it: nobody would find the door in a list.
    for unseen in ["\u{200b}", "\u{3164}", "north\u{202e}"] {
        fill(browser, "place", json!({ "event": "workshop", "door": unseen })).await;
        browser.until("document.getElementById('place-fault').textContent.startsWith('Please write a name')", json!([])).await;
        assert_eq!(browser.run("return document.getElementById('work').hidden", json!([])).await, true);
    }
    fill(browser, "place", json!({ "event": "workshop", "door": "north" })).await;
    browser
        .until("!document.getElementById('work').hidden && document.getElementById('heard').textContent.startsWith('Heard')", json!([]))
        .await;
}

async fn a_door_lets_in_by_camera_by_picture_and_by_number_online_and_offline(engine: Engine) {
    let (shop, numbers) = sold_out().await;
    let (browser, store) = (at_door(engine, &shop).await, shop.merchant().store());
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let last = async || store.ticket(merchant::TicketNumber::parse(numbers[3]).unwrap()).await.unwrap().unwrap().admitted;

    // Typed, as a person writes it; twice; with a slip.
    let typed = numbers[0].to_lowercase();
    fill(&browser, "typed", json!({ "number": format!("{}-{}", &typed[..3], &typed[3..]) })).await;
    says(&browser, "admitted", numbers[0]).await;
    browser.keep("door-admitted-390").await;
    fill(&browser, "typed", json!({ "number": numbers[0] })).await;
    says(&browser, "already", numbers[0]).await;
    browser.keep("door-already-390").await;
    fill(&browser, "typed", json!({ "number": "000000001" })).await;
    says(&browser, "mistyped", "").await;

    // A picture of its code.
    browser.run(DRAW, json!([])).await;
    let choose = "const done = arguments[2], input = document.getElementById('picture');
        drawn(arguments[0], arguments[1]).toBlob((blob) => {
          const files = new DataTransfer();
          files.items.add(new File([blob], 'ticket.png', { type: 'image/png' }));
          input.files = files.files;
          input.dispatchEvent(new Event('change'));
          done(true);
        });";
    browser.ask(choose, code(numbers[1])).await;
    says(&browser, "admitted", numbers[1]).await;

    // A camera that films a code.
    let film = "const canvas = drawn(arguments[0], arguments[1]), drawing = canvas.getContext('2d');
        setInterval(() => drawing.fillRect(0, 0, 1, 1), 50);
        navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(10);
        document.getElementById('camera').click()";
    browser.run(film, code(numbers[2])).await;
    says(&browser, "admitted", numbers[2]).await;
    browser.run("document.getElementById('camera').click()", json!([])).await;

    // Without a network the list decides, also after a ticket that was let in here; the shop hears of it later.
    browser.run("window.asks = window.fetch; window.fetch = async () => { throw new TypeError('away') }", json!([])).await;
    fill(&browser, "typed", json!({ "number": numbers[3] })).await;
    says(&browser, "admitted", numbers[3]).await;
    browser.until("document.getElementById('heard').textContent.endsWith('1 to tell')", json!([])).await;
    browser.keep("door-offline-390").await;
    fill(&browser, "typed", json!({ "number": numbers[3] })).await;
    says(&browser, "already", numbers[3]).await;
    fill(&browser, "typed", json!({ "number": "000000000" })).await;
    says(&browser, "unknown", "000000000").await;
    assert_eq!(last().await, None);
    browser.run("window.fetch = window.asks; dispatchEvent(new Event('online'))", json!([])).await;
    browser.until("!document.getElementById('heard').textContent.includes('to tell')", json!([])).await;
    assert_eq!(last().await.map(|(_, door)| door).as_deref(), Some("north"));

    // Whoever leaves is gone.
    browser.run("document.getElementById('away').click()", json!([])).await;
    browser.until("!document.getElementById('login').hidden", json!([])).await;
    browser.reload().await;
    browser.until("!document.getElementById('login').hidden", json!([])).await;
}

async fn a_door_lets_in_by_what_its_camera_films(_: Engine) {
    let (shop, numbers) = sold_out().await;
    let folder = Folder::new("film");
    let film = folder.write("ticket.y4m", film(&numbers[0]));
    let browser = Browser::filming(Look::LIGHT, &film).await;
    come_to_door(&browser, &shop).await;
    browser.click_on("document.getElementById('camera')", json!([])).await;
    says(&browser, "admitted", &numbers[0]).await;
    let admitted = async |number: &str| {
        shop.merchant().store().ticket(merchant::TicketNumber::parse(number).unwrap()).await.unwrap().unwrap().admitted.is_some()
    };
    assert_eq!((admitted(&numbers[0]).await, admitted(&numbers[1]).await), (true, false));
}

async fn a_door_that_was_open_before_opens_without_a_network(engine: Engine) {
    let (mut shop, numbers) = sold_out().await;
    let browser = at_door(engine, &shop).await;
    let is_kept = "const done = arguments[0]; navigator.serviceWorker.ready.then(() => done(true))";
    browser.ask(is_kept, json!([])).await;
    // Opened once more with a network, it stands on what is kept.
    browser.reload().await;
    browser
        .until("navigator.serviceWorker.controller && document.getElementById('heard').textContent.startsWith('Heard')", json!([]))
        .await;
    shop.close().await;
    browser.reload().await;
    browser
        .until("!document.getElementById('work').hidden && document.getElementById('heard').textContent.startsWith('Heard')", json!([]))
        .await;
    fill(&browser, "typed", json!({ "number": numbers[0] })).await;
    says(&browser, "admitted", &numbers[0]).await;
    browser.reload().await;
    browser.until("document.getElementById('heard').textContent.endsWith('1 to tell')", json!([])).await;
    fill(&browser, "typed", json!({ "number": numbers[0] })).await;
    says(&browser, "already", &numbers[0]).await;
}
